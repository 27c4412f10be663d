// Readers turn a file into a Network; each registers itself under its file extension.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/config/error.h"
#include "sim/config/loader.h"
#include "sim/network/network.h"

namespace subvolt::network {

// What a caller says beside the file.
struct ReadOptions {
  std::map<std::string, std::vector<std::int64_t>> shapes;  // of inputs by name, where the file leaves sizes open
};

// Of a reader: it says itself which sizes the caller gives, or has to give.
class ShapeError : public Error {
 public:
  explicit ShapeError(const std::string& message) : Error(ErrorKind::kConfiguration, message) {}
};

struct Reader {
  std::string extension;  // ".yaml"
  std::string summary;    // for `subvolt list`
  std::function<Network(const std::string& file, const std::vector<config::Override>& overrides,
                        const ReadOptions& options)>
      read;
};

// Call at namespace scope of the reader's own file: static const bool NAME_registered = register_reader({...});
bool register_reader(Reader reader);
const std::vector<Reader>& readers();  // sorted by extension

// Reads a file or shipped network. Throws Error(kConfiguration): located errors, or an extension that no
// reader knows, listing those that are.
Network read_network(const std::string& name_or_path, const std::vector<config::Override>& overrides = {},
                     const ReadOptions& options = {});

// For readers of files that leave no shape open: throws Error(kConfiguration) when the caller gives one.
void refuse_shapes(const std::string& file, const ReadOptions& options);

}  // namespace subvolt::network
