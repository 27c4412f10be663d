// What a radio does to send a payload: kinds of protocols, each a sequence of its device's states.
#pragma once

#include <string>
#include <vector>

#include "sim/config/makers.h"
#include "sim/units/counts.h"

namespace subvolt::scenario {

struct ProtocolStep {
  std::string state;
  Time time;
};

class Protocol {
 public:
  static config::Makers<Protocol>& makers();
  virtual ~Protocol() = default;
  // One packet with `payload` bytes of the application behind `header` bytes; kinds have a header of their own.
  virtual Bytes header() const = 0;
  // The most that one packet carries behind its header.
  virtual Bytes most() const = 0;
  // Of a packet of `bytes`, header included.
  virtual std::vector<ProtocolStep> steps(Bytes bytes) const = 0;
  // On the air alone.
  virtual Time airtime(Bytes bytes) const = 0;
};

}  // namespace subvolt::scenario
