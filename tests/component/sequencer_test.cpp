// Does the sequencer start each command at the right edge, and name the right reason for waiting?
#include "models/hw/npu/sequencer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/npu_bench.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using hw::NpuStatus;
using hw::Stall;
using mapping::Engine;
using testing::ElementsAre;
using testing::Pair;

// An engine whose commands take as many cycles as their block has bytes.
class FakeUnit : public hw::EngineUnit {
 public:
  FakeUnit() : agenda_([this] { step(); }) {}
  bool free(Engine) const override { return running_ < 0; }
  void start(std::int32_t ticket, const mapping::Command& what, int task) override {
    EXPECT_LT(running_, 0) << "command " << ticket << " started on a unit that works";
    running_ = ticket;
    engine_ = what.engine();
    started.emplace_back(10 * task + ticket / hw::Sequencer::kLayers, kernel::time_now() / 1000);
    agenda_.add(kernel::time_now() + 1000 * cycles(what), ticket);
    listener().on_begin(ticket);
  }
  std::vector<std::pair<std::int32_t, std::int64_t>> started;  // 10 x task + command, cycle

 private:
  static std::int64_t cycles(const mapping::Command& what) {
    if (const auto* l = std::get_if<mapping::Load>(&what.what)) return l->from.bytes();
    if (const auto* c = std::get_if<mapping::Compute>(&what.what)) return c->tile.as_product().pixels;
    if (const auto* v = std::get_if<mapping::Vector>(&what.what)) return v->work.outputs;
    return std::get<mapping::Store>(what.what).to.bytes();
  }
  void step() {
    for (std::int32_t command; agenda_.take_due(command);) {
      running_ = -1;
      listener().on_done(command);
      listener().on_free(engine_);
    }
  }
  kernel::Agenda<std::int32_t> agenda_;
  std::int32_t running_ = -1;
  Engine engine_ = Engine::kLoad;
};

mapping::Command loads(std::int64_t cycles, std::vector<std::int32_t> after = {}) {
  return test::load(mapping::Buffer::kInput, test::run(0, cycles), std::move(after));
}
mapping::Command computes(std::int64_t cycles, std::vector<std::int32_t> after = {}) {
  return test::compute({cycles, 1, 1, 1, false}, std::move(after));
}
mapping::Command works(std::int64_t cycles, std::vector<std::int32_t> after = {}) {
  return test::vector({mapping::VectorOperator::kRequantize, cycles, 1}, std::move(after));
}
mapping::Command stores(std::int64_t cycles, std::vector<std::int32_t> after = {}) {
  return test::store(test::run(0, cycles), std::move(after));
}

mapping::LayerProgram layer_of(std::vector<mapping::Command> commands, std::int32_t follows) {
  mapping::LayerProgram layer;
  layer.commands = std::move(commands);
  layer.follows = follows;
  return layer;
}

// By load, compute, vector, store: how many commands of the layer before must be done.
mapping::Command behind(mapping::Command command, std::array<std::int32_t, mapping::kEngines> commands) {
  command.after_previous = commands;
  return command;
}

class SequencerBench : public hw::SequencerListener {
 public:
  explicit SequencerBench(std::vector<mapping::Command> commands, Picoseconds begin = Picoseconds(),
                          const test::TestEnvironment::Options& options = test::TestEnvironment::Options())
      : SequencerBench(std::vector{layer_of(std::move(commands), -1)}, begin, options) {}
  // All are begun at once.
  explicit SequencerBench(std::vector<mapping::LayerProgram> layers, Picoseconds begin = Picoseconds(),
                          const test::TestEnvironment::Options& options = test::TestEnvironment::Options())
      : environment(options),
        layers_(std::move(layers)),
        sequencer("sequencer", hw::SequencerConfig{Cycles(2)}, environment,
                  {&units[0], &units[1], &units[2], &units[3]}, *this) {
    sc_core::sc_start(kernel::to_sc_time(begin));
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      sequencer.begin(static_cast<std::int32_t>(l), layers_[l], static_cast<int>(l));
    }
    sc_core::sc_start(kernel::to_sc_time(1'000'000'000));
  }
  const std::vector<std::pair<std::int32_t, std::int64_t>>& started(Engine engine) const {
    return units[static_cast<std::size_t>(engine)].started;
  }
  std::int64_t waited(Stall stall) const {
    const auto found = stalls_.find(stall);
    return found == stalls_.end() ? 0 : found->second;
  }

  FakeUnit units[mapping::kEngines];
  test::TestEnvironment environment;
  std::vector<std::int64_t> done;   // cycles at which a layer was done,
  std::vector<std::int64_t> turns;  // and had its turn

 private:
  void on_status(const NpuStatus& status) override {
    const std::int64_t now = kernel::time_now() / 1000;
    if (status_.running && !status_.busy[1]) stalls_[status_.stall] += now - since_;
    since_ = now;
    status_ = status;
  }
  void on_turn(int) override { turns.push_back(kernel::time_now() / 1000); }
  void on_layer_done(int) override { done.push_back(kernel::time_now() / 1000); }

  std::vector<mapping::LayerProgram> layers_;
  NpuStatus status_;
  std::int64_t since_ = 0;
  std::map<Stall, std::int64_t> stalls_;

 public:
  hw::Sequencer sequencer;
};

TEST(Sequencer, IssuesOneCommandPerIssueTimeWhateverTheEnginesDo) {
  test::in_child([] {
    const SequencerBench bench({loads(1), stores(1), works(1), computes(1)});
    EXPECT_THAT(bench.started(Engine::kLoad), ElementsAre(Pair(0, 2)));
    EXPECT_THAT(bench.started(Engine::kStore), ElementsAre(Pair(1, 4)));
    EXPECT_THAT(bench.started(Engine::kVector), ElementsAre(Pair(2, 6)));
    EXPECT_THAT(bench.started(Engine::kCompute), ElementsAre(Pair(3, 8)));
    EXPECT_THAT(bench.done, ElementsAre(9));
  });
}

TEST(Sequencer, StartsAtTheFirstEdgeAfterAnUnalignedDoorbell) {
  test::in_child([] {
    const SequencerBench bench({loads(1)}, 2'300);  // edge 3, issued at 5
    EXPECT_THAT(bench.started(Engine::kLoad), ElementsAre(Pair(0, 5)));
  });
}

TEST(Sequencer, KeepsProgramOrderOnAnEngineEvenWhenALaterCommandCouldStart) {
  test::in_child([] {
    // Command 2 waits for nothing, but command 1, before it on the same engine, waits for the long load.
    const SequencerBench bench({loads(100), computes(5, {0}), computes(5)});
    EXPECT_THAT(bench.started(Engine::kCompute), ElementsAre(Pair(1, 102), Pair(2, 107)));
  });
}

TEST(Sequencer, WaitsForEveryTokenAndOverlapsWhatIsIndependent) {
  test::in_child([] {
    // Two tiles, double-buffered: the second load runs while the first tile computes.
    const SequencerBench bench({loads(20), loads(30), computes(40, {0}), computes(40, {1, 2}), works(10, {2}),
                                works(10, {3}), stores(8, {4}), stores(8, {5})});
    EXPECT_THAT(bench.started(Engine::kLoad), ElementsAre(Pair(0, 2), Pair(1, 22)));
    EXPECT_THAT(bench.started(Engine::kCompute), ElementsAre(Pair(2, 22), Pair(3, 62)));
    EXPECT_THAT(bench.started(Engine::kVector), ElementsAre(Pair(4, 62), Pair(5, 102)));
    EXPECT_THAT(bench.started(Engine::kStore), ElementsAre(Pair(6, 72), Pair(7, 112)));
    EXPECT_THAT(bench.done, ElementsAre(120));
    // 2 cycles of issue, 20 of load, the array works from 22 to 102, then vector and store.
    EXPECT_EQ(bench.waited(Stall::kControl), 2);
    EXPECT_EQ(bench.waited(Stall::kLoad), 20);
    EXPECT_EQ(bench.waited(Stall::kVector), 10);
    EXPECT_EQ(bench.waited(Stall::kStore), 8);
  });
}

TEST(Sequencer, FollowsTheChainOfTokensToTheEngineThatWorks) {
  test::in_child([] {
    // The second computation waits for the store that frees its output half, and that for the vector unit.
    const SequencerBench bench({computes(10), works(50, {0}), stores(30, {1}), computes(10, {2})});
    EXPECT_THAT(bench.started(Engine::kCompute), ElementsAre(Pair(0, 2), Pair(3, 92)));
    EXPECT_EQ(bench.waited(Stall::kVector), 50);
    EXPECT_EQ(bench.waited(Stall::kStore), 30);
    EXPECT_EQ(bench.waited(Stall::kLoad), 0);
    EXPECT_EQ(bench.waited(Stall::kControl), 2);
  });
}

TEST(Sequencer, BlamesTheEngineThatIsBusyWithAnEarlierCommand) {
  test::in_child([] {
    // The load that the computation needs stands behind another one.
    const SequencerBench bench({loads(30), loads(30), computes(5, {1})});
    EXPECT_EQ(bench.waited(Stall::kLoad), 60);
    EXPECT_EQ(bench.waited(Stall::kControl), 2);
  });
}

TEST(Sequencer, AttributesALayerWithoutComputingToItsOldestCommand) {
  test::in_child([] {
    const SequencerBench bench({loads(10), loads(10), works(25, {0}), works(25, {1}), stores(4, {2}), stores(4, {3})});
    // Load to 12, vector 12..37 and 37..62, store to 66; the store of the first half, at 37..41, hides.
    EXPECT_THAT(bench.done, ElementsAre(66));
    EXPECT_EQ(bench.waited(Stall::kControl), 2);
    EXPECT_EQ(bench.waited(Stall::kLoad), 20);
    EXPECT_EQ(bench.waited(Stall::kVector), 15 + 25);
    EXPECT_EQ(bench.waited(Stall::kStore), 4);
  });
}

TEST(Sequencer, LoadsTheNextLayersWeightsUnderTheOneBefore) {
  test::in_child([] {
    const auto first = layer_of({loads(10), computes(50, {0}), stores(20, {1})}, -1);
    // Weights, then what the first layer stores.
    const auto second = layer_of({loads(20), behind(loads(10), {0, 0, 0, 1}), computes(30, {0, 1}), stores(5, {2})}, 0);
    const SequencerBench bench({first, second});
    EXPECT_THAT(bench.started(Engine::kLoad), ElementsAre(Pair(0, 2), Pair(10, 12), Pair(11, 82)));
    EXPECT_THAT(bench.started(Engine::kCompute), ElementsAre(Pair(1, 12), Pair(12, 92)));
    EXPECT_THAT(bench.done, ElementsAre(82, 127));
    EXPECT_THAT(bench.turns, ElementsAre(0, 82)) << "loading ahead is no turn";
    EXPECT_EQ(bench.waited(Stall::kStore), 20 + 5);
    EXPECT_EQ(bench.waited(Stall::kLoad), 10 + 10);
  });
}

TEST(Sequencer, ComputesForTheNextLayerWhileTheOneBeforeStores) {
  test::in_child([] {
    const auto first = layer_of({computes(50), stores(100, {0})}, -1);
    const auto second = layer_of({loads(20), computes(30, {0}), behind(stores(5, {1}), {0, 0, 0, 1})}, 0);
    const SequencerBench bench({first, second});
    EXPECT_THAT(bench.started(Engine::kLoad), ElementsAre(Pair(10, 6))) << "issued behind the two of the first layer";
    EXPECT_THAT(bench.started(Engine::kCompute), ElementsAre(Pair(0, 2), Pair(11, 52)));
    EXPECT_THAT(bench.started(Engine::kStore), ElementsAre(Pair(1, 52), Pair(12, 152)));
    EXPECT_THAT(bench.turns, ElementsAre(0, 52));
    EXPECT_THAT(bench.done, ElementsAre(152, 157));
  });
}

TEST(Sequencer, WaitsForAllOfALayerThatItWasNotChainedTo) {
  test::in_child([] {
    const auto first = layer_of({loads(10), computes(50, {0})}, -1);
    const SequencerBench bench({first, layer_of({loads(20)}, 7)});
    EXPECT_THAT(bench.started(Engine::kLoad), ElementsAre(Pair(0, 2), Pair(10, 62)));
    EXPECT_THAT(bench.turns, ElementsAre(0, 62));
  });
}

TEST(Sequencer, EndsLayersInTheirOrderThoughTheNextHasNothingToDo) {
  test::in_child([] {
    const SequencerBench bench({layer_of({loads(10)}, -1), layer_of({}, 0)});
    EXPECT_THAT(bench.done, ElementsAre(12, 12));
    EXPECT_THAT(bench.turns, ElementsAre(0, 12));
  });
}

TEST(Sequencer, EndsAnEmptyLayerAtItsFirstEdge) {
  test::in_child([] {
    const SequencerBench bench(std::vector<mapping::Command>(), 700);
    EXPECT_THAT(bench.done, ElementsAre(1));
  });
}

TEST(Sequencer, CountsItsCommandsAndStopsItsClockAfterTheLayer) {
  test::in_child([] {
    SequencerBench bench({loads(10), computes(20, {0})});
    const power::ActivityRecord record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "sequencer.command"), 2);
    std::int64_t edges = 0;
    for (const power::Epoch& epoch : record.epochs) edges += epoch.clock_cycles[0];
    EXPECT_EQ(edges, 32);  // from the doorbell to the end, of a million cycles simulated
  });
}

TEST(Sequencer, RefusesAProgramThatWaitsForLaterCommands) {
  test::in_child([] {
    EXPECT_THAT(
        [] {
          const SequencerBench bench({computes(10, {1}), loads(10)});
        },
        testing::ThrowsMessage<Error>(testing::HasSubstr("command 0 of layer 0 waits for command 1")));
  });
}

}  // namespace
}  // namespace subvolt
