// Does the engine of a sub-tile accelerator work off jobs in their closed form's time, count what they do, and say in
// which cycles nothing was multiplied; and does the accelerator want one clock?
#include "models/hw/subtile/subtile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/mapping/subtile/subtile_job.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::hw {
namespace {

constexpr const char* kSubtile = "{l1: {size: 128 KiB, banks: 16, word: 4 B}}";

SubtileConfig subtile_config() { return SubtileConfig::schema().read(test::yaml(kSubtile)); }

// Starts jobs one behind the other.
class OneJobAfterTheOther : public sc_core::sc_module, public EngineListener {
 public:
  OneJobAfterTheOther(sc_core::sc_module_name name, SubtileEngine& engine, std::vector<mapping::Command> jobs)
      : sc_module(name), engine_(engine), jobs_(std::move(jobs)), timer_([this] { next(); }) {
    engine.set_listener(this);
    timer_.at(test::kCycle);
  }
  void on_begin(std::int32_t) override { begins.push_back(kernel::time_now()); }
  void on_free(mapping::Engine) override {
    if (begins.size() < jobs_.size()) next();
  }
  void on_done(std::int32_t) override { ends.push_back(kernel::time_now()); }
  std::vector<std::int64_t> begins, ends;

 private:
  void next() {
    const std::size_t job = begins.size();
    engine_.start(static_cast<std::int32_t>(job), jobs_[job], 0);
  }
  SubtileEngine& engine_;
  std::vector<mapping::Command> jobs_;
  kernel::Timer timer_;
};

mapping::Command job(std::int64_t kernel, std::int64_t side, std::int64_t inputs, std::int64_t kernels,
                     network::ElementType weights, bool biases) {
  mapping::Tile tile;
  tile.rows = tile.columns = {side, kernel, 1, 1};
  tile.inputs = inputs;
  tile.channels = kernels;
  tile.weight = {weights};
  tile.accumulate = biases;
  return {mapping::Compute{nullptr, tile}, {}};
}

TEST(Subtile, EngineTakesTheTimeOfItsJobsAndTellsWhatBecameOfIt) {
  test::in_child([] {
    const std::vector<mapping::Command> jobs = {job(3, 7, 20, 40, network::ElementType::kInt8, true),
                                                job(1, 5, 33, 10, network::ElementType::kInt4, false),
                                                job(3, 4, 16, 32, network::ElementType::kInt3, false)};
    const SubtileConfig config = subtile_config();
    const mapping::SubtileMachine machine = config.machine();
    test::TestEnvironment environment;
    environment.recorder().add_task(0, 0);
    SramBuffer l1("l1", config.l1, environment);
    SubtileEngine engine("engine", config, environment, l1);
    OneJobAfterTheOther driver("driver", engine, jobs);
    sc_core::sc_start();
    mapping::SubtileActivity sum;
    std::int64_t at = test::kCycle, cycles = 0;
    ASSERT_EQ(driver.ends.size(), jobs.size());
    for (std::size_t j = 0; j < jobs.size(); ++j) {
      const mapping::SubtileJob what = mapping::subtile_job(std::get<mapping::Compute>(jobs[j].what).tile);
      const mapping::SubtileActivity a = mapping::subtile_activity(machine, what);
      EXPECT_EQ(driver.begins[j], at);
      at += a.cycles() * test::kCycle;
      EXPECT_EQ(driver.ends[j], at);
      cycles += a.cycles();
      sum.macs += a.macs;
      sum.bit_products += a.bit_products;
      sum.multiply += a.multiply;
      sum.input_bytes += a.input_bytes;
      sum.weight_bytes += a.weight_bytes;
      sum.scale_bytes += a.scale_bytes;
      sum.output_bytes += a.output_bytes;
    }
    const power::ActivityRecord record = environment.finish();
    const auto events = [&](const std::string& name) { return test::events(record, "engine." + name); };
    EXPECT_EQ(events("mac"), sum.macs);
    EXPECT_EQ(events("bit_product"), sum.bit_products);
    EXPECT_EQ(sum.bit_products, 49 * 9 * 20 * 40 * 8 + 25 * 33 * 10 * 4 + 16 * 9 * 16 * 32 * 3);
    EXPECT_EQ(events("stream_input_B"), sum.input_bytes);
    EXPECT_EQ(events("stream_weight_B"), sum.weight_bytes);
    EXPECT_EQ(events("stream_scale_B"), sum.scale_bytes);
    EXPECT_EQ(events("stream_output_B"), sum.output_bytes);
    EXPECT_EQ(test::events(record, "l1.read_B"), sum.input_bytes + sum.weight_bytes + sum.scale_bytes);
    EXPECT_EQ(test::events(record, "l1.write_B"), 49 * 40 + 25 * 10 + 16 * 32);
    // Cycles in which nothing is multiplied, and those that MACs and idle multipliers fill, are all.
    std::int64_t lost = 0;
    for (const char* phase : {"start", "input", "offset", "latency", "scale", "output"}) {
      lost += events(std::string(phase) + "_cycles");
    }
    EXPECT_EQ(lost + sum.multiply, cycles);
    EXPECT_EQ(events("mac") + events("idle_bits") + events("idle_products"),
              sum.multiply * machine.most_macs_per_cycle());
    EXPECT_GE(events("idle_products"), 0);
  });
}

TEST(Subtile, ItsPartsShareOneClock) {
  test::in_child([] {
    test::TestEnvironment environment;
    environment.set_clock("npu.l1", Hertz(500'000'000));
    try {
      const Subtile npu("npu", subtile_config(), environment);
      FAIL() << "it was built";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("the parts of a subtile share one clock"));
    }
  });
}

TEST(Subtile, PeakIsThatOfItsProductsAndNarrowestWeights) {
  const mapping::SubtileMachine machine = subtile_config().machine();
  EXPECT_EQ(machine.products(), 1296);
  EXPECT_EQ(machine.most_macs_per_cycle(), 648);
}

}  // namespace
}  // namespace subvolt::hw
