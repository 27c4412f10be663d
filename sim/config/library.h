// Where the shipped data files are and how a name becomes a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace subvolt::config {

// One shelf of the library: a kind of document and its folder below the data root.
struct Shelf {
  std::string_view kind;    // "soc": also the document's schema name
  std::string_view folder;  // "configs/socs"
};
// design, soc, power, technology, memory, network, battery, harvester, radio, sensor, scenario, sweep, comparison
const std::vector<Shelf>& shelves();

// The folder that holds configs/ and workloads/: $SUBVOLT_DATA, else where an installed program has its data, else the
// nearest parent of the program that has them. Throws Error(kConfiguration) when there is none.
const std::string& data_root();
void set_data_root(std::string folder);  // tests, and main after it knows where the program is

// Every shipped document of `kind`: names without extension, sorted.
std::vector<std::string> shipped(std::string_view kind);

// `name_or_path` as a file: itself if such a file exists, a shipped name otherwise. Throws
// Error(kConfiguration) saying that there is no such file, or no such name, and what is nearly called so. `from`
// locates the mention ("file:line:column"), empty for the command line. Relative paths in a document are relative to
// that document's folder (`beside`), those of the command line to the working folder.
std::string find(std::string_view kind, const std::string& name_or_path, const std::string& from = "",
                 const std::string& beside = "");

// The name for reports: the file's name without folder and extension.
std::string display_name(const std::string& file);

// `file` as people know it: relative to the data root when inside it, else unchanged.
std::string display_path(const std::string& file);

}  // namespace subvolt::config
