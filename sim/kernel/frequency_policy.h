// Clocks that run at one of several set-points, and policies by name that choose among them at run time.
//
// A component whose clock can be changed, such as a memory, offers itself to its clock domain as a ScalableClock; the
// power manager looks at it once per window and asks for what the policy says. When the change takes place, and how
// long the component stands still for it, is the component's matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace subvolt::kernel {

class ScalableClock {
 public:
  virtual ~ScalableClock() = default;
  virtual std::vector<std::int64_t> set_points_hz() const = 0;  // the fastest first; constant
  virtual std::size_t set_point() const = 0;                    // that was asked for last
  virtual void request_set_point(std::size_t point) = 0;
  // Time for which it has moved data so far.
  virtual std::int64_t busy_ps() = 0;
};

struct ClockScaling {
  std::string policy = "fixed";
  std::int64_t window_ps = 0;
  int raise_above_permille = 0, lower_below_permille = 0;  // of the window, busy
};

class FrequencyPolicy {
 public:
  virtual ~FrequencyPolicy() = default;
  virtual std::string name() const = 0;
  virtual std::string summary() const = 0;
  // The set-point for the next window, after one with so much of it busy.
  virtual std::size_t choose(const ClockScaling& scaling, std::int64_t busy_permille, std::size_t now,
                             std::size_t set_points) const = 0;
};

bool register_frequency_policy(std::unique_ptr<FrequencyPolicy> policy);
std::vector<const FrequencyPolicy*> frequency_policies();  // sorted by name
const FrequencyPolicy* find_frequency_policy(const std::string& name);

}  // namespace subvolt::kernel
