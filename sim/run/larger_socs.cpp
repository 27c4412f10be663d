#include "sim/run/larger_socs.h"

#include <algorithm>

#include "sim/config/field_type.h"
#include "sim/config/library.h"
#include "sim/run/bench/memory_device.h"
#include "sim/soc/structure.h"

namespace subvolt::run {
namespace {

// Bytes of a component that is a memory which can be written: by its own size, or by its device.
std::int64_t writable_bytes(const config::Node& component) {
  config::Diagnostics ignored;  // shipped files have no mistakes
  const config::Node* const writable = component.find("writable");
  bool yes = true;
  if (writable && config::FieldType<bool>::read(*writable, yes, ignored) && !yes) return 0;
  if (const config::Node* size = component.find("size")) {
    Bytes bytes;
    return config::FieldType<Bytes>::read(*size, bytes, ignored) ? bytes.value() : 0;
  }
  const config::Node* device = component.find("device");
  if (!device || !device->is_scalar()) return 0;
  // What says how it is programmed is flash, which programs do not write.
  const config::Node section = config::load(config::find("memory", device->value()), "memory").section;
  const config::Node* const described = section.find("device");
  if (described && described->find("program")) return 0;
  return read_memory_device(device->value()).engine->capacity().value();
}

}  // namespace

std::vector<std::string> larger_socs(std::int64_t bytes) {
  std::vector<std::pair<std::int64_t, std::string>> found;
  for (const std::string& name : config::shipped("soc")) {
    const soc::Structure structure = soc::read_structure(name);
    std::int64_t smallest = 0;
    for (const soc::Instance& instance : structure.instances) {
      const std::int64_t size = writable_bytes(instance.node);
      if (size >= bytes && (smallest == 0 || size < smallest)) smallest = size;
    }
    if (smallest > 0) found.emplace_back(smallest, name);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (const auto& [size, name] : found) names.push_back(name);
  return names;
}

}  // namespace subvolt::run
