#include "sim/report/technology/bit_error_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/power/ledger/bit_flips.h"

namespace subvolt::report {
namespace {

// Every bit of every access is wrong at most: what counts of a record allow.
std::int64_t whole(double flips) { return std::llround(std::min(flips, 4e18)); }

}  // namespace

void add_bit_errors(const ResultInputs& in, Json& result) {
  const auto inferences = static_cast<double>(std::max<std::int64_t>(1, in.record->inferences()));
  double sum = 0.0;
  Json memories = Json::array();
  for (const power::MemoryFlips& m : power::expected_bit_flips(*in.record, *in.intent, *in.technology, *in.points)) {
    sum += m.expected;
    memories.push_back({{"component", m.component},
                        {"device", m.device},
                        {"rail", m.rail},
                        {"lowest_voltage_V", m.lowest.si()},
                        {"read_error_rate", m.read_rate},
                        {"write_error_rate", m.write_rate},
                        {"hold_error_rate", m.hold_rate},
                        {"corrected", m.corrected},
                        {"expected_flips_per_inference", whole(m.expected / inferences)}});
  }
  result["bit_errors"] = {{"expected_flips_per_inference", whole(sum / inferences)}, {"memories", std::move(memories)}};
}

std::string bit_error_line(const Json& result) {
  if (!result.contains("bit_errors")) return "";
  const Json& errors = result.at("bit_errors");
  return fmt::format("bit errors    {:<14} expected per inference\n",
                     grouped(errors.at("expected_flips_per_inference").get<std::int64_t>()));
}

}  // namespace subvolt::report
