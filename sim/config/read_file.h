// Reading a file that somebody named: a regular one, and no more of it than a limit. Devices, pipes and sockets are
// refused before they are opened, for some never end and some never begin.
//
// Errors are Error(kConfiguration), "cannot read FILE: no such file", with the place of the mention before it if there
// is one. Reasons: no such file, permission denied, is a directory, is no regular file, a loop of links, larger than.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "sim/config/node.h"

namespace subvolt::config {

// Documents are written by people; the longest of those shipped has 40 KB.
inline constexpr std::uintmax_t kMaxDocumentBytes = std::uintmax_t{16} << 20;
// Results and records of a run, and tables that tools write.
inline constexpr std::uintmax_t kMaxTableBytes = std::uintmax_t{256} << 20;
// Models with their weights: FlatBuffers and protobuf end at 2 GiB.
inline constexpr std::uintmax_t kMaxModelBytes = std::uintmax_t{2} << 30;

// `mention` is where a document names the file; nowhere for the command line.
std::string read_file(const std::string& file, std::uintmax_t most = kMaxDocumentBytes,
                      const SourceLocation& mention = {});

using OpenFile = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
// For those that read piece by piece.
OpenFile open_file(const std::string& file, const SourceLocation& mention = {});

// Why the file cannot be read, "no such file"; empty when it can be opened.
std::string why_unreadable(const std::string& file);

}  // namespace subvolt::config
