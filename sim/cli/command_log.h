// The commands of a memory as CSV: cycle,time_ps,command,bank,row; bank and row -1 where a command has none.
//
// Written piece by piece into a temporary beside the target, which finish() gives its name: whole or not at all.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "sim/kernel/clock_domain.h"
#include "sim/kernel/memory_engine.h"
#include "sim/units/hertz.h"

namespace subvolt::cli {

class CommandLog {
 public:
  // Throws Error(kConfiguration) when the file cannot be written.
  CommandLog(std::string path, Hertz frequency);
  ~CommandLog();
  CommandLog(const CommandLog&) = delete;
  CommandLog& operator=(const CommandLog&) = delete;
  void add(const kernel::MemoryEngine::Command& command);
  void finish();

 private:
  void flush();
  [[noreturn]] void fail(int error) const;

  std::string path_, temporary_;
  kernel::ClockDomain clock_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> out_;
  fmt::memory_buffer text_;
};

}  // namespace subvolt::cli
