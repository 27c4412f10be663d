#include "sim/cli/command_log.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>

#include "sim/config/error.h"

namespace subvolt::cli {
namespace {
constexpr std::size_t kPieceBytes = 1u << 20;
}  // namespace

CommandLog::CommandLog(std::string path, Hertz frequency)
    : path_(std::move(path)),
      temporary_(path_ + ".part" + std::to_string(getpid())),
      clock_("memory", frequency),
      out_(std::fopen(temporary_.c_str(), "wb"), &std::fclose) {
  if (!out_) fail(errno);
  fmt::format_to(std::back_inserter(text_), "cycle,time_ps,command,bank,row\n");
}

CommandLog::~CommandLog() {
  if (out_) std::remove(temporary_.c_str());
}

void CommandLog::add(const kernel::MemoryEngine::Command& command) {
  fmt::format_to(std::back_inserter(text_), "{},{},{},{},{}\n", clock_.edges_before(command.at), command.at.value(),
                 command.name, command.bank, command.row);
  if (text_.size() >= kPieceBytes) flush();
}

void CommandLog::flush() {
  if (std::fwrite(text_.data(), 1, text_.size(), out_.get()) != text_.size()) fail(errno);
  text_.clear();
}

void CommandLog::finish() {
  flush();
  if (std::fclose(out_.release()) != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    std::remove(temporary_.c_str());
    fail(error);
  }
}

void CommandLog::fail(int error) const {
  throw Error(ErrorKind::kConfiguration, "cannot write " + path_ + ": " + std::strerror(error));
}

}  // namespace subvolt::cli
