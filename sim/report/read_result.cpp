#include <filesystem>

#include "sim/config/error.h"
#include "sim/power/record/json_text.h"
#include "sim/report/result.h"
#include "sim/report/result_violations.h"
#include "sim/report/run_folder.h"

namespace subvolt::report {

Json read_result(const std::string& file_or_folder) {
  const RunFile file = read_run_file(file_or_folder, kResultFile);
  Json result = power::parse_json(file.text, file.path, "a result.json");
  const auto refuse = [&](const std::string& what) { throw Error(ErrorKind::kConfiguration, file.path + ": " + what); };
  if (!result.is_object() || !result.contains("schema_version")) refuse("no result: expected \"schema_version\"");
  if (const std::string fault = structural_fault(result); !fault.empty()) refuse(fault);
  const std::vector<std::string> impossible = violations(result);
  if (impossible.empty()) return result;
  std::string text = "no run gives such a result: the file was changed or damaged, run the design point again";
  for (const std::string& v : impossible) text += "\n  " + v;
  refuse(text);
  return result;
}

}  // namespace subvolt::report
