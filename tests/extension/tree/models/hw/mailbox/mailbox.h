// A register that another core would write to: the smallest memory-mapped component.
//
// Parameters: see MailboxConfig. Port: "" (target, TLM-2.0 base protocol).
// An access is answered `latency` clock edges after the first one at or after its arrival.
// Events: access (price mailbox.access), one transfer of any size.
#pragma once

#include "sim/config/schema.h"
#include "sim/kernel/agenda.h"
#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"

namespace subvolt::hw {

struct MailboxConfig {
  Cycles latency{2};
  static const config::Schema<MailboxConfig>& schema();
};

class Mailbox : public kernel::Component, public kernel::HasPorts {
 public:
  Mailbox(sc_core::sc_module_name name, const MailboxConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();

  kernel::Port* initiator_side(const std::string&) override { return nullptr; }
  kernel::Port* target_side(const std::string& port) override { return port.empty() ? &port_ : nullptr; }

 private:
  void arrive(kernel::Payload& payload);
  void answer();

  MailboxConfig config_;
  kernel::TargetPort port_;
  kernel::Agenda<kernel::Payload*> answers_;
};

}  // namespace subvolt::hw
