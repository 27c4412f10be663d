#include "models/hw/dot_product/dot_product_facts.h"

#include <utility>

namespace subvolt::hw {

std::vector<power::EventDeclaration> dot_product_facts() {
  // Of those without a most per cycle several may be told at once, when their end is known.
  const auto fact = [](const char* name, const char* meaning, std::int64_t most_per_cycle = 1) {
    return power::EventDeclaration{name,          "", power::Cause::kSwitching, meaning, {}, power::EventRole::kNone,
                                   most_per_cycle};
  };
  const auto lost = [&fact](const char* name, const char* meaning, power::Loss loss) {
    power::EventDeclaration event = fact(name, meaning);
    event.loss = std::move(loss);
    return event;
  };
  const power::Loss fill{
      "fill_drain", "Weights move to the array, and the last results leave it.",
      "Layers of more output positions: a block takes as many cycles as there are kernels at least."};
  return {fact("load_cycles", "Cycles in which beats were under way from memory.", 0),
          fact("compute_cycles", "Cycles in which the array multiplied."),
          fact("vector_cycles", "Cycles in which the output stage worked.", 0),
          fact("store_cycles", "Cycles in which results were written.", 0),
          lost("stall_load_cycles", "Cycles without computing because input or weights were missing.",
               {"loads", "The array waits for input, which has to be in the buffer as a whole, or for weights.",
                "A port that brings more beats per cycle, more reads in flight where latency counts.", true}),
          lost("stall_vector_cycles", "Cycles without computing because of the output stage.",
               {"output", "The accumulators have no room: the output stage takes a beat per `output_interval`.",
                "A faster output stage (`output_interval`), or more `accumulators` where stripes are short."}),
          lost("stall_store_cycles", "Cycles without computing because writes were not answered.",
               {"stores", "Results are on their way to the memory.", "A memory that takes writes faster.", true}),
          lost("stall_control_cycles", "Cycles without computing between hardware layers.",
               {"issue", "The engine stands between two of the hardware layers that the layer is cut into.",
                "A larger buffer, so that the layer is cut into fewer, or a shorter `restart`."}),
          lost("stall_power_cycles", "Cycles without computing because a power domain woke up.",
               {"wake", "A power domain wakes up.",
                "A gating policy that waits longer before it goes down, or a state from which it wakes faster."}),
          lost("weight_cycles", "Cycles without computing because weights moved to the array.", fill),
          lost("drain_cycles", "Cycles without computing because the last results were on their way out.", fill),
          fact("accelerator_cycles", "Cycles of each layer from its start to its last result.")};
}

}  // namespace subvolt::hw
