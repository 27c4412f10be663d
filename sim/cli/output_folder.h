// The files that commands write into the folder of a run.
#pragma once

#include <string>

#include "sim/report/result.h"
#include "sim/report/run_folder.h"

namespace subvolt::cli {

// activity.json, layers.csv, trace.csv, result.json
void add_result(report::RunFolder& folder, const report::ResultInputs& inputs, const report::Json& result);

// Who ran this, where and with which build: what results do not say.
std::string log_header();

}  // namespace subvolt::cli
