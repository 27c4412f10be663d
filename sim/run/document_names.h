// How a result names the documents that it was made of.
#pragma once

#include <string>
#include <string_view>

namespace subvolt::run {

// The same wherever the files are: the name of a shipped document, else the file's name without its folder. A command
// line that says this runs where the files are.
std::string shared_name(std::string_view kind, const std::string& name_or_path);

// One that holds in any working folder: the name of a shipped document, else the absolute path.
std::string lasting_name(std::string_view kind, const std::string& name_or_path);

// Where a file lies: seen from the working folder if it is in it, else the absolute path.
std::string seen_path(const std::string& file);

// One that holds in this working folder: the name of a shipped document, else where the file lies.
std::string seen_name(std::string_view kind, const std::string& name_or_path);

// Whether it is a document of the library.
bool is_of_library(std::string_view kind, const std::string& name_or_path);

}  // namespace subvolt::run
