// LoRaWAN, class A: an uplink, then two receive windows.
//
// Time on air (Semtech AN1200.13, "LoRa modem designer's guide", section 4): with symbols of T = 2^SF / BW,
//
//   (preamble + 4.25) T + (8 + max(0, ceil((8 PL - 4 SF + 28 + 16 CRC - 20 IH) / (4 (SF - 2 DE))) (CR + 4))) T
//
// PL bytes of PHY payload, IH 0 with an explicit header, DE 1 with low-data-rate optimisation, which is on where
// symbols are longer than 16 ms.
#include <algorithm>
#include <cmath>

#include "sim/scenario/device/protocol.h"

namespace subvolt::scenario {
namespace {

// MAC header, frame header without options, port and integrity code (LoRaWAN 1.0.4, sections 4.1 to 4.3): 1 + 7 + 1
// + 4.
constexpr Bytes kFrame = Bytes(13);
constexpr double kLongSymbol_s = 16e-3;

class LorawanA : public Protocol {
 public:
  std::int64_t spreading_factor = 7, coding_rate = 1, preamble = 8;
  Frequency bandwidth = Frequency::from_si(125e3);
  Time windows, wait;
  std::string transmit = "tx", receive = "rx", waiting;
  static const config::Schema<LorawanA>& schema();

  Bytes header() const override { return kFrame; }
  // EU868, by data rate (RP002-1.0.4, table 9, with a repeater's allowance).
  Bytes most() const override {
    if (spreading_factor <= 8) return Bytes(222);
    return Bytes(spreading_factor == 9 ? 115 : 51);
  }
  Time airtime(Bytes bytes) const override {
    const auto sf = static_cast<double>(spreading_factor);
    const double symbol = std::exp2(sf) / bandwidth.si();
    const double low = symbol > kLongSymbol_s ? 1.0 : 0.0;
    const double bits = 8.0 * static_cast<double>(bytes.value()) - 4.0 * sf + 28.0 + 16.0;
    const double blocks = std::ceil(bits / (4.0 * (sf - 2.0 * low)));
    const double symbols = 8.0 + std::max(0.0, blocks * static_cast<double>(coding_rate + 4));
    return Time::from_si((static_cast<double>(preamble) + 4.25 + symbols) * symbol);
  }
  std::vector<ProtocolStep> steps(Bytes bytes) const override {
    std::vector<ProtocolStep> steps{{transmit, airtime(bytes)}};
    if (wait != Time()) steps.push_back({waiting, wait});
    if (windows != Time()) steps.push_back({receive, windows});
    return steps;
  }
};

const config::Schema<LorawanA>& LorawanA::schema() {
  static const auto s =
      config::Schema<LorawanA>("lorawan_a", "LoRaWAN, class A.")
          .required("spreading_factor", &LorawanA::spreading_factor, "7 to 12; each step doubles the airtime, about.",
                    config::between(std::int64_t{7}, std::int64_t{12}))
          .optional("bandwidth", &LorawanA::bandwidth, "Of the channel.",
                    config::between(Frequency::from_si(7.8e3), Frequency::from_si(500e3)))
          .optional("coding_rate", &LorawanA::coding_rate, "1 to 4: 4/5 to 4/8.",
                    config::between(std::int64_t{1}, std::int64_t{4}))
          .optional("preamble", &LorawanA::preamble, "Symbols.", config::between(std::int64_t{6}, std::int64_t{65535}))
          .optional("windows", &LorawanA::windows, "How long it receives after each uplink, both windows together.",
                    config::between(Time(), Time::from_si(10.0)))
          .optional("wait", &LorawanA::wait, "Between uplink and windows, as far as that is drawn for.",
                    config::between(Time(), Time::from_si(10.0)))
          .optional("transmit", &LorawanA::transmit, "State of the device while it sends.")
          .optional("receive", &LorawanA::receive, "While it receives.")
          .optional("waiting", &LorawanA::waiting, "While it waits.")
          .check([](const LorawanA& l, const config::Node& node, config::Diagnostics& d) {
            if (l.wait != Time() && l.waiting.empty()) d.error(*node.find("wait"), "in which state? Add `waiting`");
          });
  return s;
}

const bool lorawan_a_registered = Protocol::makers().add<LorawanA>();

}  // namespace
}  // namespace subvolt::scenario
