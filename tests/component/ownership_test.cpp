// Where two tasks are at work at once, is every event booked on the one on whose behalf it happened?
//
// Two initiators share a bus, an SRAM and a DRAM; each access is made for a task. What each task must have been counted
// follows from its own accesses alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "models/hw/bus/bus.h"
#include "sim/kernel/component_registry.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using test::in_child;

constexpr std::uint64_t kSram = 0x2000'0000, kDram = 0x8000'0000;

// Makes its accesses one after the other, each `gap` after the answer to the one before.
class Initiator : public sc_core::sc_module {
 public:
  Initiator(sc_core::sc_module_name name, int task, std::uint64_t base, std::int64_t bytes, int times, Picoseconds gap)
      : sc_module(name), port("port", [this](kernel::Payload&) { answered_.notify(sc_core::SC_ZERO_TIME); }) {
    sc_core::sc_spawn([=] {
      for (int i = 0; i < times; ++i) {
        sc_core::wait(kernel::to_sc_time(gap));
        const auto command = i % 4 == 3 ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND;
        const std::uint64_t address = base + static_cast<std::uint64_t>(i * bytes);
        port.send(pool_.acquire(command, address, bytes, task));
        sc_core::wait(answered_);
        (command == tlm::TLM_WRITE_COMMAND ? written : read) += bytes;
      }
    });
  }
  kernel::InitiatorPort port;
  std::int64_t read = 0, written = 0;

 private:
  kernel::PayloadPool pool_;
  sc_core::sc_event answered_;
};

// By task and event: "bus.byte".
using Counts = std::map<int, std::map<std::string, std::int64_t>>;
Counts counts_of(const power::ActivityRecord& record) {
  std::vector<std::string> names;
  for (const auto& component : record.components) {
    for (const auto& event : component.events) names.push_back(component.name + "." + event.name);
  }
  Counts counts;
  for (const power::Epoch& epoch : record.epochs) {
    for (const power::EventCount& e : epoch.events) {
      counts[epoch.task][names[static_cast<std::size_t>(e.event)]] += e.count;
    }
    for (const power::OwnedCount& o : epoch.others) counts[o.task][names[static_cast<std::size_t>(o.event)]] += o.count;
  }
  return counts;
}

TEST(Ownership, EventsOfTasksThatOverlapAreTheirOwn) {
  in_child([] {
    test::TestEnvironment environment;
    const auto make = [&](const char* kind, const char* name, const std::string& yaml) {
      return kernel::find_component_kind(kind)->create(name, test::yaml(yaml), environment);
    };
    const auto bus = make("bus", "bus", "{width: 16 B}");
    const auto sram = make("sram", "sram", "{size: 64 KiB, banks: 4, word: 8 B}");
    const auto dram = make("dram", "dram", "{device: lpddr4_3200}");
    auto& ports = dynamic_cast<kernel::HasPorts&>(*bus);
    kernel::ActivityRecorder& recorder = environment.recorder();
    const int first = recorder.begin_task(0, 0), second = recorder.begin_task(0, 1);
    // The second ends before the first, whose last accesses are then alone at work.
    Initiator a("a", first, kSram, 64, 40, 7'000), b("b", second, kSram + 0x8000, 32, 20, 5'000),
        c("c", first, kDram, 128, 12, 3'000), d("d", second, kDram + 0x10'0000, 64, 9, 11'000);
    for (Initiator* initiator : {&a, &b, &c, &d}) {
      initiator->port.bind(dynamic_cast<kernel::TargetPort&>(*ports.target_side("")));
    }
    const auto hang = [&](kernel::Component& target, std::uint64_t base, std::uint64_t size) {
      kernel::Port* const port = ports.initiator_side("");
      dynamic_cast<kernel::InitiatorPort&>(*port).bind(
          dynamic_cast<kernel::TargetPort&>(*dynamic_cast<kernel::HasPorts&>(target).target_side("")));
      ports.map_range(port, base, size);
    };
    hang(*sram, kSram, 64 * 1024);
    hang(*dram, kDram, 1 << 30);
    sc_core::sc_start(kernel::to_sc_time(3'000'000));
    recorder.end_task(second);
    sc_core::sc_start(kernel::to_sc_time(3'000'000));
    recorder.end_task(first);
    Counts counts = counts_of(environment.finish());
    const auto expect = [&](int task, const Initiator& near, const Initiator& far) {
      std::map<std::string, std::int64_t>& of = counts[task];
      EXPECT_EQ(of["sram.read_B"], near.read);
      EXPECT_EQ(of["sram.write_B"], near.written);
      EXPECT_EQ(of["sram.read"], near.read / 8);
      EXPECT_EQ(of["sram.write"], near.written / 8);
      EXPECT_EQ(of["dram.read_B"], far.read);
      EXPECT_EQ(of["dram.write_B"], far.written);
      EXPECT_EQ(of["dram.read"], far.read / 32) << "bursts of 32 B";
      EXPECT_EQ(of["dram.write"], far.written / 32);
      EXPECT_EQ(of["bus.byte"], near.read + near.written + far.read + far.written);
    };
    EXPECT_EQ(a.read + a.written, 40 * 64);
    EXPECT_EQ(d.read + d.written, 9 * 64);
    expect(first, a, c);
    expect(second, b, d);
    EXPECT_EQ(counts[first]["dram.controller.request"], 12);
    EXPECT_EQ(counts[second]["dram.controller.request"], 9);
    // Each opened its own rows.
    EXPECT_GT(counts[first]["dram.activate"], 0);
    EXPECT_GT(counts[second]["dram.activate"], 0);
    // Time is nobody's while both are at work.
    EXPECT_GT(counts[power::kSeveral]["dram.active_standby"], 0);
    EXPECT_EQ(counts[power::kSeveral]["bus.byte"], 0);
    EXPECT_EQ(counts[power::kSeveral]["dram.read"], 0);
  });
}

}  // namespace
}  // namespace subvolt
