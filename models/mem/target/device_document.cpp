#include "models/mem/target/device_document.h"

namespace subvolt::mem {

config::Node device_node(const config::Node& name, const std::string& kind, kernel::Environment& environment) {
  const config::Node section = environment.document("memory", name);
  config::Diagnostics diagnostics;
  const config::Node* is = section.find("kind");
  const config::Node* device = section.find("device");
  if (!is || !is->is_scalar() || is->value() != kind) {
    diagnostics.error(name, "expected a memory of kind " + kind + ", and " + name.value() + " is " +
                                (is ? "of kind " + is->value() : "of none"));
  } else if (!device) {
    diagnostics.error(section, "expected `device:` with organisation and timing");
  }
  diagnostics.throw_if_any();
  return *device;
}

}  // namespace subvolt::mem
