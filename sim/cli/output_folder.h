// The folder that a run leaves behind.
#pragma once

#include <string>

#include "sim/report/result.h"
#include "sim/run/design_point.h"

namespace subvolt::cli {

class OutputFolder {
 public:
  // Makes the folder. Throws Error(kConfiguration) when it cannot.
  explicit OutputFolder(std::string path);
  const std::string& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;
  // result.json, layers.csv, trace.csv, activity.json
  void write_result(const report::ResultInputs& inputs, const report::Json& result) const;

 private:
  std::string path_;
};

// results/edge_npu_kws_ds_cnn_lp28_nominal, in the working folder; overrides and an objective of the user's
// own add eight digits that tell such runs apart.
std::string default_folder(const report::Json& result, const run::Request& request);

// Who ran this, where and with which build: what results do not say.
std::string log_header();

}  // namespace subvolt::cli
