// The sums of JEDEC parameters that timing rows are written in: "WL + BL + tWTR", "tRTP - 2", "2 * tCCD".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace subvolt::mem::dram {

struct DelayTerm {
  std::int64_t factor = 1;  // negative after a minus
  std::string parameter;    // empty: the factor is a number of clocks
};

struct DelayExpression {
  std::vector<DelayTerm> terms;
  std::string error;  // what is wrong with the text; empty when nothing is

  // `value` of a parameter; `clock` is the value of one clock.
  std::int64_t evaluate(const std::function<std::int64_t(const std::string&)>& value, std::int64_t clock) const;
};

DelayExpression parse_delay(const std::string& text);

}  // namespace subvolt::mem::dram
