#include "sim/network/layer.h"

namespace subvolt::network {

const Constant* Layer::constant(Role role) const {
  for (const Constant& c : constants) {
    if (c.role == role) return &c;
  }
  return nullptr;
}

std::int64_t Layer::parameters() const {
  std::int64_t sum = 0;
  for (const Constant& c : constants) sum += c.shared ? 0 : c.elements();
  return sum;
}

Bytes Layer::parameter_bytes() const {
  Bytes sum(0);
  for (const Constant& c : constants) sum += c.shared ? Bytes(0) : c.bytes();
  return sum;
}

std::int64_t Layer::weight_elements() const {
  std::int64_t sum = 0;
  for (const Constant& c : constants) sum += c.role == Role::kBias ? 0 : c.elements();
  return sum;
}

std::int64_t Layer::bias_elements() const {
  std::int64_t sum = 0;
  for (const Constant& c : constants) sum += c.role == Role::kBias ? c.elements() : 0;
  return sum;
}

Bytes Layer::weight_bytes() const {
  Bytes sum(0);
  for (const Constant& c : constants) sum += c.role == Role::kBias ? Bytes(0) : c.bytes();
  return sum;
}

Bytes Layer::bias_bytes() const {
  Bytes sum(0);
  for (const Constant& c : constants) sum += c.role == Role::kBias ? c.bytes() : Bytes(0);
  return sum;
}

}  // namespace subvolt::network
