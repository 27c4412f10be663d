// What a kernel of a processor's library takes: cycles of one run of an operator.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace subvolt::mapping {

// How much there is to do: MACs, or element operations, or elements moved (docs/models.md); elements of the first
// result; rows of its images.
struct KernelWork {
  std::int64_t operations = 0, results = 0, rows = 0;
};

// Cycles per each of these, and per run.
struct KernelCost {
  double operation = 0.0, result = 0.0, row = 0.0, call = 0.0;
  KernelCost() = default;
  // Of an operator of which no more is known.
  KernelCost(double per_operation) : operation(per_operation) {}
  KernelCost(double per_operation, double per_result, double per_row, double per_call)
      : operation(per_operation), result(per_result), row(per_row), call(per_call) {}

  // Without `call`: what several cores can share.
  double shared(const KernelWork& work) const {
    return operation * static_cast<double>(work.operations) + result * static_cast<double>(work.results) +
           row * static_cast<double>(work.rows);
  }
  double cycles(const KernelWork& work) const { return shared(work) + call; }
};

// By name: OP, or OP.TYPE for an element type that takes another time.
using KernelCosts = std::vector<std::pair<std::string, KernelCost>>;
const KernelCost* find_cost(const KernelCosts& costs, const std::string& name);  // nullptr: there is none

}  // namespace subvolt::mapping
