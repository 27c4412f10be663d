// Generic packet radio: so much overhead, so long a byte, and perhaps an acknowledgement that is waited for.
#include "sim/scenario/device/protocol.h"

namespace subvolt::scenario {
namespace {

class Packets : public Protocol {
 public:
  Time per_byte, prepare, listen;
  Bytes overhead, largest = Bytes(255);
  std::string transmit = "tx", receive = "rx", preparing;
  static const config::Schema<Packets>& schema();

  Bytes header() const override { return overhead; }
  Bytes most() const override { return largest; }
  Time airtime(Bytes bytes) const override { return static_cast<double>(bytes.value()) * per_byte; }
  std::vector<ProtocolStep> steps(Bytes bytes) const override {
    std::vector<ProtocolStep> steps;
    if (prepare != Time()) steps.push_back({preparing, prepare});
    steps.push_back({transmit, airtime(bytes)});
    if (listen != Time()) steps.push_back({receive, listen});
    return steps;
  }
};

const config::Schema<Packets>& Packets::schema() {
  static const auto s =
      config::Schema<Packets>("packets", "Packets at a bit rate.")
          .required("per_byte", &Packets::per_byte, "On the air: 32 us at 250 kbit/s.",
                    config::between(Time::from_si(1e-10), Time::from_si(10.0)))
          .optional("overhead", &Packets::overhead, "Preamble, headers and checksums of each packet.",
                    config::between(Bytes(0), Bytes(65536)))
          .optional("largest", &Packets::largest, "The most that one packet carries.",
                    config::between(Bytes(1), Bytes(std::int64_t{1} << 30)))
          .optional("prepare", &Packets::prepare, "Before each packet.", config::between(Time(), Time::from_si(100.0)))
          .optional("listen", &Packets::listen, "After each packet, for an acknowledgement.",
                    config::between(Time(), Time::from_si(100.0)))
          .optional("transmit", &Packets::transmit, "State of the device while it sends.")
          .optional("receive", &Packets::receive, "While it listens.")
          .optional("preparing", &Packets::preparing, "While it prepares; `transmit` when absent.")
          .settle([](Packets& p, const config::Node&) {
            if (p.preparing.empty()) p.preparing = p.transmit;
          });
  return s;
}

const bool packets_registered = Protocol::makers().add<Packets>();

}  // namespace
}  // namespace subvolt::scenario
