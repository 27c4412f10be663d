#include "sim/report/validation/validation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/config/diagnostics.h"
#include "sim/run/document_names.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

// Beyond this a fitted constant and the technology's price do not speak of the same thing.
constexpr double kFar = 3.0;

bool begins_with_key(const std::string& place, const std::string& key) {
  return place == key || place.compare(0, key.size() + 1, key + ".") == 0;
}

std::string element_name(const Json& element) {
  for (const char* key : {"name", "account"}) {
    if (element.is_object() && element.contains(key)) return element.at(key).get<std::string>();
  }
  return "";
}

// The longest key or name with which the place begins, and what is there; names may have dots in them.
const Json* longest_step(const Json& at, const std::string& place, std::string& taken,
                         std::vector<std::string>& known) {
  const Json* found = nullptr;
  const auto consider = [&](const std::string& key, const Json& value) {
    known.push_back(key);
    if (!begins_with_key(place, key) || (found && key.size() <= taken.size())) return;
    taken = key;
    found = &value;
  };
  if (at.is_object()) {
    for (const auto& [key, value] : at.items()) consider(key, value);
  } else if (at.is_array()) {
    for (const Json& element : at) consider(element_name(element), element);
  }
  return found;
}

double sum_at(const Json& result, const std::vector<std::string>& places, const std::string& of) {
  double sum = 0.0;
  for (std::string place : places) {
    const std::size_t star = place.find('*');
    if (star != std::string::npos) place.replace(star, 1, of);
    sum += number_at(result, place);
  }
  return sum;
}

}  // namespace

double number_at(const Json& result, const std::string& place) {
  const Json* at = &result;
  std::string rest = place;
  while (!rest.empty()) {
    std::string taken;
    std::vector<std::string> known;
    const Json* next = longest_step(*at, rest, taken, known);
    if (!next) {
      const std::string wanted = rest.substr(0, rest.find('.'));
      throw Error(ErrorKind::kConfiguration,
                  "the result has no \"" + wanted + "\" of " + place +
                      (known.empty() ? std::string(": it ends before") : config::did_you_mean(wanted, known)));
    }
    at = next;
    rest = rest.size() > taken.size() ? rest.substr(taken.size() + 1) : "";
  }
  if (!at->is_number()) {
    throw Error(ErrorKind::kConfiguration, place + " of the result is no number; its members: name one of them");
  }
  return at->get<double>();
}

double value_of(const Json& result, const run::ChipMeasurement& m, const run::ChipRow& row) {
  const double value = sum_at(result, m.value, row.of) - sum_at(result, m.less, row.of);
  if (m.per.empty()) return value;
  const double per = sum_at(result, m.per, row.of);
  if (per > 0.0) return value / per;
  throw Error(ErrorKind::kConfiguration, m.per.front() + " of the result is 0: nothing can be divided by it");
}

Json validated_row(const run::ChipRow& row, const std::string& network, const std::string& point, double simulated) {
  Json line{{"network", network},
            {"operating_point", point},
            {"use", config::FieldType<run::RowUse>::text(*row.use)},
            {"published", row.published_si},
            {"simulated", simulated},
            {"error", simulated / row.published_si - 1.0}};
  if (!row.of.empty()) line["of"] = row.of;
  if (!row.sets.empty()) line["set"] = row.sets;
  if (!row.note.empty()) line["note"] = row.note;
  return line;
}

Json validated_measurement(const std::string& name, const run::ChipMeasurement& m, std::vector<Json> rows) {
  std::map<std::string, std::vector<double>> errors;
  double sum = 0.0, worst = 0.0;
  for (const Json& row : rows) {
    const double error = std::abs(row.at("error").get<double>());
    errors[row.at("use").get<std::string>()].push_back(error);
    sum += error;
    worst = std::max(worst, error);
  }
  Json by_use = Json::object();
  for (const auto& [use, list] : errors) {
    double all = 0.0, most = 0.0;
    for (const double error : list) {
      all += error;
      most = std::max(most, error);
    }
    by_use[use] = {{"rows", list.size()}, {"mean", all / static_cast<double>(list.size())}, {"worst", most}};
  }
  Json told{{"name", name},
            {"title", m.title.empty() ? name : m.title},
            {"unit", run::unit_of(m)},
            {"source", m.source},
            {"rows", rows},
            {"errors", std::move(by_use)}};
  if (!m.fitted.empty()) told["fitted"] = m.fitted;
  if (m.limits) {
    Json limits = Json::object();
    if (m.limits->mean) limits["mean"] = *m.limits->mean;
    if (m.limits->worst) limits["worst"] = *m.limits->worst;
    told["limits"] = std::move(limits);
    const double mean = rows.empty() ? 0.0 : sum / static_cast<double>(rows.size());
    told["within_limits"] = mean <= m.limits->mean.value_or(INFINITY) && worst <= m.limits->worst.value_or(INFINITY);
  }
  return told;
}

Json fitted_constants(const power::PowerIntent& intent) {
  Json all = Json::array();
  if (!intent.fitted) return all;
  for (const power::FittedTerm& term : intent.fitted->terms) {
    Json& line = all.emplace_back(Json{{"name", term.name}});
    line["value"] = term.energy ? brief(*term.energy) : power::PowersByVoltage::text(term.powers);
    Json events = Json::object();
    for (const auto& [event, weight] : term.events) events[event] = weight;
    line["events"] = std::move(events);
    if (!term.points.empty()) line["operating_points"] = term.points;
    line["quality"] = config::to_text(term.quality);
    if (term.quality == config::Quality::kFitted) {
      line["rows"] = term.fit->rows;
      line["uncertainty"] = *term.uncertainty;
      line["mean_error"] = term.fit->mean;
      line["worst_error"] = term.fit->worst;
      line["leave_one_out_mean_error"] = term.fit->leave_one_out_mean;
      line["leave_one_out_worst_error"] = term.fit->leave_one_out_worst;
    }
    if (!term.bottom_up || !term.energy) continue;
    const double ratio = *term.energy / term.bottom_up->energy;
    line["bottom_up"] = brief(term.bottom_up->energy);
    line["bottom_up_source"] = term.bottom_up->source;
    line["bottom_up_ratio"] = ratio;
    line["far_from_bottom_up"] = ratio > kFar || ratio < 1.0 / kFar;
  }
  return all;
}

Json validated_chip(const run::Chip& chip, const std::string& design, Json constants, std::vector<Json> measurements) {
  Json told{{"chip", chip.name}, {"title", chip.title}, {"design", design}};
  if (chip.board_spread) {
    told["board_spread"] = chip.board_spread->value;
    told["board_spread_source"] = chip.board_spread->source;
  }
  told["constants"] = std::move(constants);
  told["measurements"] = std::move(measurements);
  return told;
}

Json validation(std::vector<Json> chips) {
  return {{"schema_version", kValidationSchemaVersion}, {"chips", std::move(chips)}};
}

}  // namespace subvolt::report
