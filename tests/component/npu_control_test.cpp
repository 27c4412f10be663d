// Does the NPU answer at its control port as its data sheet says, also to an initiator that is not ours?
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include "sim/kernel/component_registry.h"
#include "tests/support/npu_bench.h"
#include "tests/support/simulate.h"

namespace subvolt::test {
namespace {

// A loosely-timed CPU model as others write them: blocking transport, a payload on its stack.
class ForeignCpu : public sc_core::sc_module {
 public:
  ForeignCpu(sc_core::sc_module_name name, std::function<void(ForeignCpu&)> body) : sc_module(name), socket("socket") {
    sc_core::sc_spawn([this, body] { body(*this); }, "body");
  }
  tlm_utils::simple_initiator_socket<ForeignCpu> socket;
  kernel::InterruptIn irq;

  tlm::tlm_response_status access(tlm::tlm_command command, std::uint64_t address, std::vector<unsigned char> data) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data.data());
    payload.set_data_length(static_cast<unsigned>(data.size()));
    payload.set_streaming_width(static_cast<unsigned>(data.size()));
    payload.set_byte_enable_ptr(byte_enables);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    return payload.get_response_status();
  }
  tlm::tlm_response_status ring(unsigned char layer) { return access(tlm::TLM_WRITE_COMMAND, 0, {layer, 0, 0, 0}); }
  unsigned char* byte_enables = nullptr;
};

struct ControlBench {
  ControlBench(mapping::Program p, std::function<void(ForeignCpu&)> body)
      : program(std::move(p)),
        npu("npu", hw::NpuConfig::schema().read(yaml(kSmallNpu)), environment),
        memory("memory", 20'000),
        cpu("cpu", std::move(body)) {
    npu.load_program(&program);
    cpu.socket.bind(dynamic_cast<kernel::TargetPort&>(*npu.target_side("control")).socket);
    dynamic_cast<kernel::InitiatorPort&>(*npu.initiator_side("dma")).socket.bind(memory.port.socket);
    dynamic_cast<kernel::InterruptOut&>(*npu.initiator_side("irq")).bind(cpu.irq);
  }
  TestEnvironment environment;
  mapping::Program program;
  hw::Npu npu;
  SimpleMemory memory;
  ForeignCpu cpu;
};

mapping::Program two_layers() {
  return program({{load(mapping::Buffer::kInput, run(0, 64))}, {load(mapping::Buffer::kInput, run(0, 64))}});
}

TEST(NpuControl, RunsALayerForAForeignCpuWithBlockingTransport) {
  in_child([] {
    std::vector<std::int64_t> times;
    ControlBench bench(two_layers(), [&](ForeignCpu& cpu) {
      for (unsigned char layer : {1, 0}) {
        sc_core::wait(10, sc_core::SC_NS);
        EXPECT_EQ(cpu.ring(layer), tlm::TLM_OK_RESPONSE);
        times.push_back(kernel::time_now());
        sc_core::wait(cpu.irq.event());
        cpu.irq.take();
        times.push_back(kernel::time_now());
      }
    });
    sc_core::sc_start();
    // Rung at 10, answered at once; issued at 14, loaded at 34, and the same again.
    EXPECT_THAT(times, testing::ElementsAre(10'000, 34'000, 44'000, 68'000));
  });
}

TEST(NpuControl, AnswersWrongAccessesWithTheErrorOfTheBaseProtocol) {
  in_child([] {
    mapping::Program p = two_layers();
    p.layers[1].runs = mapping::LayerProgram::Runs::kOnHost;
    ControlBench bench(std::move(p), [](ForeignCpu& cpu) {
      const auto write = tlm::TLM_WRITE_COMMAND;
      EXPECT_EQ(cpu.access(write, 4, {0, 0, 0, 0}), tlm::TLM_ADDRESS_ERROR_RESPONSE);
      EXPECT_EQ(cpu.access(tlm::TLM_READ_COMMAND, 0, {0, 0, 0, 0}), tlm::TLM_COMMAND_ERROR_RESPONSE);
      EXPECT_EQ(cpu.access(write, 0, {0, 0}), tlm::TLM_BURST_ERROR_RESPONSE);
      unsigned char enables[4] = {0xff, 0, 0, 0};
      cpu.byte_enables = enables;
      EXPECT_EQ(cpu.ring(0), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
      cpu.byte_enables = nullptr;
      EXPECT_EQ(cpu.ring(2), tlm::TLM_GENERIC_ERROR_RESPONSE) << "there is no such layer";
      EXPECT_EQ(cpu.access(write, 0, {0, 0, 0, 1}), tlm::TLM_GENERIC_ERROR_RESPONSE) << "little endian: 2^24";
      EXPECT_EQ(cpu.ring(1), tlm::TLM_GENERIC_ERROR_RESPONSE) << "that layer is the host's";
      EXPECT_EQ(cpu.ring(0), tlm::TLM_OK_RESPONSE);
      EXPECT_EQ(cpu.ring(0), tlm::TLM_OK_RESPONSE);
      EXPECT_EQ(cpu.ring(0), tlm::TLM_GENERIC_ERROR_RESPONSE) << "two layers are running";
      sc_core::wait(cpu.irq.event());
      cpu.irq.take();
      EXPECT_EQ(cpu.ring(0), tlm::TLM_OK_RESPONSE);
    });
    sc_core::sc_start();
    EXPECT_EQ(bench.memory.bytes(false), 3 * 64);  // layer 0, three times
  });
}

TEST(NpuControl, OffersThePortsThatItsKindDocuments) {
  in_child([] {
    const kernel::ComponentKind* kind = kernel::find_component_kind("npu");
    ASSERT_NE(kind, nullptr);
    ControlBench bench(two_layers(), [](ForeignCpu&) {});
    for (const kernel::PortDoc& port : kind->ports) {
      const bool initiates = port.role == kernel::PortRole::kInitiator || port.role == kernel::PortRole::kInterruptOut;
      EXPECT_EQ(bench.npu.initiator_side(port.name) != nullptr, initiates) << port.name;
      EXPECT_EQ(bench.npu.target_side(port.name) != nullptr, !initiates) << port.name;
    }
    EXPECT_EQ(bench.npu.initiator_side("no_such_port"), nullptr);
    EXPECT_EQ(bench.npu.target_side("no_such_port"), nullptr);
  });
}

TEST(NpuControl, TellsTheMapperWhatItIs) {
  in_child([] {
    TestEnvironment environment;
    const auto npu = kernel::find_component_kind("npu")->create("npu", yaml(kSmallNpu), environment);
    const mapping::NpuCapabilities c = dynamic_cast<hw::Npu&>(*npu).npu_capabilities();
    EXPECT_EQ(c.instance, "npu");
    EXPECT_EQ(c.most_macs_per_cycle(), 16);
    EXPECT_EQ(c.vector.lanes, 4);
    EXPECT_EQ(c.output_buffer, Bytes(4096));
    EXPECT_EQ(c.burst, Bytes(64));
    EXPECT_EQ(c.styles.size(), 3U);  // none chosen: all that need no more than is said
    EXPECT_EQ(c.vector_operators.size(), config::EnumNames<mapping::VectorOperator>::names().size());
  });
}

TEST(NpuControl, WantsAllItsPartsOnOneClock) {
  in_child([] {
    TestEnvironment environment;
    environment.set_clock("npu.dma", Hertz(500'000'000));
    EXPECT_THAT([&] { hw::Npu("npu", hw::NpuConfig::schema().read(yaml(kSmallNpu)), environment); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("npu.dma is in clock domain npu.dma_clk")));
  });
}

}  // namespace
}  // namespace subvolt::test
