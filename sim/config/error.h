// The one error type that libraries throw. Only main turns it into an exit code.
#pragma once

#include <stdexcept>
#include <string>

namespace subvolt {

// The value is the process exit code (docs/user-guide.md).
enum class ErrorKind {
  kCondition = 1,      // a requested condition is not met: diff found a change, a budget missed
  kConfiguration = 2,  // bad usage or bad input
  kInvariant = 3,      // the tool caught itself printing something impossible
  kInternal = 4,       // a bug
};

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

[[noreturn]] inline void throw_configuration(const std::string& message) {
  throw Error(ErrorKind::kConfiguration, message);
}

}  // namespace subvolt
