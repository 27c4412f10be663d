// The folder of a run whose trace was kept, as commands name it.
#pragma once

#include <string>

namespace subvolt::cli {

// `result`: the folder, or a file in it such as result.json. Throws Error(kConfiguration), with the command that helps,
// where it holds a run whose trace was not kept.
std::string traced_folder(const std::string& result);

}  // namespace subvolt::cli
