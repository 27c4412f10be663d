// Do the cores of a vector_dsp take the time of their tiles and kernels, count what they do, and say in which cycles no
// product was formed; and does the accelerator want one clock?
#include "models/hw/vector_dsp/vector_dsp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/mapping/vector_dsp/vector_dsp_planner.h"
#include "sim/mapping/vector_dsp/vector_dsp_tile.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::hw {
namespace {

VectorDspConfig dsp_config(const std::string& more = "") {
  return VectorDspConfig::schema().read(test::yaml("{" + more + "l1: {size: 64 KiB, banks: 16, word: 4 B}}"));
}

class OneTileAfterTheOther : public sc_core::sc_module, public EngineListener {
 public:
  OneTileAfterTheOther(sc_core::sc_module_name name, DspCores& cores, std::vector<mapping::Command> work)
      : sc_module(name), cores_(cores), work_(std::move(work)), timer_([this] { next(); }) {
    cores.set_listener(this);
    timer_.at(test::kCycle);
  }
  void on_begin(std::int32_t) override { ++begun_; }
  void on_free(mapping::Engine) override {
    if (begun_ < work_.size()) next();
  }
  void on_done(std::int32_t) override { ends.push_back(kernel::time_now()); }
  std::vector<std::int64_t> ends;

 private:
  void next() { cores_.start(static_cast<std::int32_t>(begun_), work_[begun_], 0); }
  DspCores& cores_;
  std::vector<mapping::Command> work_;
  kernel::Timer timer_;
  std::size_t begun_ = 0;
};

mapping::Command tile_of(std::int64_t side, std::int64_t inputs, std::int64_t kernels, network::ElementType type) {
  mapping::Tile tile;
  tile.rows = tile.columns = {side, 3, 1, 1};
  tile.inputs = inputs;
  tile.channels = kernels;
  tile.input = tile.weight = {type};
  return {mapping::Compute{nullptr, tile, std::make_shared<mapping::VectorDspLayer>()}, {}};
}

TEST(VectorDsp, CoresTakeTheTimeOfTheirWorkAndTellWhatBecameOfIt) {
  test::in_child([] {
    const VectorDspConfig config = dsp_config("types: {int8: 4, int16: 2, fp32: 1}, ");
    const mapping::VectorDspMachine machine = config.machine();
    std::vector<mapping::Command> work = {tile_of(5, 7, 9, network::ElementType::kInt8),
                                          tile_of(4, 3, 6, network::ElementType::kFp32)};
    auto piece = std::make_shared<mapping::VectorDspLayer>();
    piece->kernel = true;
    piece->cycles = 1000;
    piece->core_cycles = 5000;
    piece->macs = 77;
    piece->operations = 123;
    piece->read_bytes = 64;
    piece->written_bytes = 32;
    work.push_back({mapping::Compute{nullptr, {}, piece}, {}});
    test::TestEnvironment environment;
    environment.recorder().add_task(0, 0);
    SramBuffer l1("l1", config.l1, environment);
    DspCores cores("cores", config, environment, l1);
    OneTileAfterTheOther driver("driver", cores, work);
    sc_core::sc_start();
    const auto activity = [&](std::size_t n) {
      return mapping::vector_dsp_activity(machine, std::get<mapping::Compute>(work[n].what).tile);
    };
    const mapping::VectorDspActivity a = activity(0), b = activity(1);
    const std::int64_t cycles = a.cycles + b.cycles + 1000;
    EXPECT_THAT(driver.ends,
                testing::ElementsAre((1 + a.cycles) * test::kCycle, (1 + a.cycles + b.cycles) * test::kCycle,
                                     (1 + cycles) * test::kCycle));
    const power::ActivityRecord record = environment.finish();
    const auto events = [&](const std::string& name) { return test::events(record, "cores." + name); };
    EXPECT_EQ(events("mac_int8"), 25 * 63 * 9);
    EXPECT_EQ(events("mac_fp32"), 16 * 27 * 6);
    EXPECT_EQ(events("kernel_macs"), 77);
    EXPECT_EQ(events("kernel_operations"), 123);
    EXPECT_EQ(events("core_cycle"), a.core_cycles + b.core_cycles + 5000);
    EXPECT_EQ(events("product_instructions"), a.products + b.products);
    EXPECT_EQ(events("words_loaded"), a.loads + b.loads);
    EXPECT_EQ(events("words_gathered"), a.gathered + b.gathered);
    EXPECT_EQ(events("results"), 25 * 9 + 16 * 6);
    EXPECT_EQ(events("idle_type"), b.products * 3) << "an instruction of fp32 has one of four lanes";
    EXPECT_EQ(events("idle_edges"), a.products * 4 - a.macs);
    EXPECT_EQ(test::events(record, "l1.read_B"), 4 * (a.loads + b.loads + a.gathered + b.gathered) + 64);
    EXPECT_EQ(test::events(record, "l1.write_B"), 4 * (a.gathered + b.gathered) + a.results + 4 * b.results + 32);
    // What was multiplied and what was lost are all that there was room for.
    const std::int64_t all = events("mac_int8") + events("mac_fp32") + events("kernel_macs") + events("idle_type") +
                             events("idle_edges") + events("idle_issue") + events("idle_kernel");
    EXPECT_EQ(all, cycles * machine.most_macs_per_cycle());
  });
}

TEST(VectorDsp, ItsPartsShareOneClock) {
  test::in_child([] {
    test::TestEnvironment environment;
    environment.set_clock("dsp.l1", Hertz(500'000'000));
    try {
      const VectorDsp one("dsp", dsp_config(), environment);
      FAIL() << "it was built";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("the parts of a vector_dsp share one clock"));
    }
  });
}

TEST(VectorDsp, ItsKernelsAreThoseOfItsProcessor) {
  test::in_child([] {
    test::TestEnvironment environment;
    environment.set_document("processor", "slow", "{kernels: {softmax: {operation: 1000, source: s}}}");
    const VectorDsp one("dsp", dsp_config("processor: slow, "), environment);
    EXPECT_EQ(one.accelerator()->most_macs_per_cycle(), 32);
    EXPECT_EQ(one.accelerator()->instance(), "dsp");
  });
}

std::string dsp_error(const std::string& more) {
  try {
    dsp_config(more);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(VectorDsp, MistakesAreTold) {
  EXPECT_THAT(dsp_error("types: {int9: 4}, "),
              testing::HasSubstr("expected one of int8, int16, int32, fp16, bf16, fp32"));
  EXPECT_THAT(dsp_error("types: {int8: 0}, "),
              testing::HasSubstr("expected 1 to 1024 products of an instruction, got"));
  EXPECT_THAT(dsp_error("cores: 32, "), testing::HasSubstr("expected at least 32 banks of 4 B, for the 128 B"));
}

}  // namespace
}  // namespace subvolt::hw
