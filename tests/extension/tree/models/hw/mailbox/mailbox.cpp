#include "models/hw/mailbox/mailbox.h"

#include "sim/kernel/component_registry.h"

namespace subvolt::hw {
namespace {

const bool registered = kernel::register_component(
    {"mailbox",
     "A register between cores.",
     &MailboxConfig::schema(),
     {{"", kernel::PortRole::kTarget, false, "Reads and writes."}},
     Mailbox::events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<Mailbox>(name.c_str(), MailboxConfig::schema().read(configuration), environment);
     }});

}  // namespace

const config::Schema<MailboxConfig>& MailboxConfig::schema() {
  static const auto s = config::Schema<MailboxConfig>("mailbox", "A register between cores.")
                            .optional("latency", &MailboxConfig::latency, "Cycles from arrival to answer.",
                                      config::between(Cycles(1), Cycles(1000)));
  return s;
}

std::vector<power::EventDeclaration> Mailbox::events() {
  return {{"access", "mailbox.access", power::Cause::kSwitching, "One transfer.", {}}};
}

Mailbox::Mailbox(sc_core::sc_module_name name, const MailboxConfig& config, kernel::Environment& environment)
    : Component(name, environment,
                {"mailbox", "", {400, 40, 0, "estimate: one 32-bit register and its decoder"}, events()}),
      config_(config),
      port_("port", [this](kernel::Payload& payload) { arrive(payload); }),
      answers_([this] { answer(); }) {}

void Mailbox::arrive(kernel::Payload& payload) {
  const Picoseconds begin = ready_at();
  const Picoseconds end = clock().edge_after(begin, config_.latency);
  busy(begin, end);
  count(0);
  answers_.add(end, &payload);
}

void Mailbox::answer() {
  for (kernel::Payload* payload = nullptr; answers_.take_due(payload);) {
    payload->set_response_status(tlm::TLM_OK_RESPONSE);
    port_.accept(*payload);
    port_.respond(*payload);
  }
}

}  // namespace subvolt::hw
