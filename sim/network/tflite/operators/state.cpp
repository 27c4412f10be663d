// State variables of streaming networks.
#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

bool var_handle(Translation& t) {
  const auto& options = t.need<format::VarHandleOptions>();
  const std::string& handle = t.result().name;
  std::string name;
  for (const auto* part : {options.container(), options.shared_name()}) {
    if (!part || part->size() == 0) continue;
    if (part->size() > 4096) t.fail("expected a name of at most 4096 bytes, got " + std::to_string(part->size()));
    name += (name.empty() ? "" : "/") + part->str();
  }
  if (name.empty()) name = handle;
  if (name.empty()) t.fail("expected a variable with a name, got an empty one");
  t.layer().op = Operator("variable");
  t.layer().state = name;
  t.declare_variable(name);
  return true;
}

bool read_variable(Translation& t) {
  LayerSpec& layer = t.layer();
  layer.op = Operator("read_variable");
  layer.state = t.state_of(0);
  layer.shape = t.stated_shape();
  layer.type = t.result().type;
  t.input(0);
  return true;
}

bool assign_variable(Translation& t) {
  t.layer().op = Operator("assign_variable");
  t.layer().state = t.state_of(0);
  t.input(0);
  t.take(1);
  return true;
}

// The reader appends the layers of the graph that it calls.
bool call_once(Translation& t) {
  t.layer().op = Operator("variable");
  return true;
}

const bool state_registered = register_translations({
    {"VAR_HANDLE", var_handle},
    {"READ_VARIABLE", read_variable},
    {"ASSIGN_VARIABLE", assign_variable},
    {"CALL_ONCE", call_once},
});

}  // namespace
}  // namespace subvolt::network::tflite
