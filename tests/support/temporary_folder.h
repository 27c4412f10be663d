// A folder of a test's own, new and empty, removed with everything in it.
//
// Made by mkdtemp: no other test, process or checkout gets the same one. In a test that forks, the folder belongs to
// the process that made it.
#pragma once

#include <filesystem>
#include <string>

namespace subvolt::test {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  // Writes `bytes` to a file of the folder, making folders on the way; the result is its path.
  std::string write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;

 private:
  std::filesystem::path path_;
  int owner_;  // process
};

}  // namespace subvolt::test
