// One simulation per process: SystemC elaborates once, and a failed simulation must not take the suite along.
//
//   TEST(Sram, AnswersAfterItsLatency) {
//     in_child([] {
//       TestEnvironment environment;
//       ...
//       sc_core::sc_start();
//       EXPECT_EQ(...);   // a failure is printed by the child and fails the test
//     });
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace subvolt::test {

// Runs `body` in a forked child; the test fails when an expectation in it fails, it throws or it dies.
void in_child(const std::function<void()>& body);

// The same for a body that brings numbers back, to compare simulations with each other. Empty on failure.
std::vector<std::int64_t> simulate(const std::function<std::vector<std::int64_t>()>& body);

}  // namespace subvolt::test
