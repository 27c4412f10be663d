// Does the mailbox answer after its latency and count each access once?
#include "models/hw/mailbox/mailbox.h"

#include <gtest/gtest.h>

#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt {
namespace {

TEST(Mailbox, AnswersAfterItsLatency) {
  test::in_child([] {
    test::TestEnvironment environment;
    hw::Mailbox mailbox("mailbox", hw::MailboxConfig(), environment);
    test::Traffic traffic("traffic", {{0, true, 0, 4}, {50'000, false, 0, 4}}, 1);
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort*>(mailbox.target_side(""))->socket);
    sc_core::sc_start();
    EXPECT_TRUE(traffic.all_served());
    EXPECT_EQ(traffic.answered(1), 52'000);
    EXPECT_EQ(test::events(environment.finish(), "mailbox.access"), 2);
  });
}

}  // namespace
}  // namespace subvolt
