#include "sim/report/days/break_even_report.h"

#include <cstdint>
#include <functional>
#include <limits>

#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

template <class T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(value->si()) : Json();
}

Json state_json(const run::StateBreakEven& s) {
  if (!s.why_not.empty()) return {{"state", s.state}, {"why_not", s.why_not}};
  Json parts = Json::object();
  for (int p = 0; p < run::kTransitionParts; ++p) {
    parts[run::to_text(static_cast<run::TransitionPart>(p))] = s.parts[static_cast<std::size_t>(p)].si();
  }
  // A cell of a device tree is of 32 bits: what takes longer than 71 minutes to pay cannot be told in it.
  constexpr std::int64_t kMostOfCell = std::numeric_limits<std::uint32_t>::max();
  const auto words = [&s](const std::optional<std::int64_t>& residency) {
    return Json{{"min-residency-us", residency && *residency <= kMostOfCell ? Json(*residency) : Json()},
                {"entry-latency-us", s.entry_us},
                {"exit-latency-us", s.exit_us}};
  };
  return {{"state", s.state},
          {"rest_W", s.rest.si()},
          {"transition_J", s.transition.si()},
          {"parts_J", std::move(parts)},
          {"forgets_weights", s.forgets},
          {"break_even_s", optional_json(s.break_even)},
          {"later_s", s.later.si()},
          {"linux", words(s.linux_us)},
          {"zephyr", words(s.zephyr_us)}};
}

std::string known(const Json& value, const std::function<std::string(double)>& text) {
  return value.is_number() ? text(value.get<double>()) : "never";
}
std::string time_text(const Json& s) {
  constexpr double kYear = 365.25 * 86400.0;
  return known(s, [](double t) { return t > kYear ? "years" : to_text(Time::from_si(t), 3); });
}

std::vector<TextColumn> headings(const std::vector<std::string>& names) {
  std::vector<TextColumn> columns;
  for (const std::string& name : names) {
    columns.push_back({name});
    if (columns.size() > 1) columns.back().align = TextColumn::Align::kRight;
  }
  return columns;
}
void add_row(std::vector<TextColumn>& columns, const std::vector<std::string>& cells) {
  for (std::size_t c = 0; c < columns.size(); ++c) columns[c].cells.push_back(cells[c]);
}

std::string choices_text(const Json& choices) {
  std::string text;
  for (const Json& choice : choices) {
    if (!text.empty()) text += ", ";
    text += choice.at("state").get<std::string>();
    if (choice.at("below_rate_Hz").is_number()) {
      text += " below " + to_text(Frequency::from_si(choice.at("below_rate_Hz").get<double>()), 3);
    }
  }
  return text;
}

std::string domain_text(const std::string& name, const Json& domain) {
  std::vector<TextColumn> columns =
      headings({name, "at rest", "costs", "weights", "pays from", "Linux us", "Zephyr us", "exit us"});
  columns.front().widest = 24;
  std::string notes;
  for (const Json& s : domain.at("states")) {
    const std::string state = s.at("state");
    if (s.contains("why_not")) {
      notes += labelled(state + " ", words_of("cannot be: " + s.at("why_not").get<std::string>()), 2);
      continue;
    }
    const auto us = [](const Json& value) {
      return value.is_number() ? std::to_string(value.get<std::int64_t>()) : "-";
    };
    add_row(columns, {state, to_text(Power::from_si(s.at("rest_W").get<double>()), 3),
                      to_text(Energy::from_si(s.at("transition_J").get<double>()), 3),
                      s.at("forgets_weights").get<bool>()
                          ? to_text(Energy::from_si(s.at("parts_J").at("weights").get<double>()), 3)
                          : "kept",
                      time_text(s.at("break_even_s")), us(s.at("linux").at("min-residency-us")),
                      us(s.at("zephyr").at("min-residency-us")), us(s.at("linux").at("exit-latency-us"))});
  }
  return text_table(std::move(columns), kCardWidth) + notes +
         labelled("inferences ", words_of(choices_text(domain.at("choices"))), 2) + "\n";
}

}  // namespace

Json break_even_json(const run::BreakEvens& found, const std::string& design, const std::string& network) {
  Json domains = Json::object();
  for (const run::StateBreakEven& s : found.states) {
    Json& domain = domains[s.domain];
    if (s.why_not.empty()) domain["on_W"] = s.on.si();
    domain["states"].push_back(state_json(s));
  }
  for (const run::Choice& choice : found.choices) {
    domains[choice.domain]["choices"].push_back(
        {{"state", choice.state}, {"from_gap_s", choice.from.si()}, {"below_rate_Hz", optional_json(choice.below)}});
  }
  Json pairs = Json::array();
  for (const run::KeepOrReload& pair : found.keep_or_reload) {
    pairs.push_back({{"keeps", pair.keeps},
                     {"keeps_W", pair.kept.si()},
                     {"forgets", pair.forgets},
                     {"forgets_W", pair.forgotten.si()},
                     {"reload_J", pair.reload.si()},
                     {"reload_s", pair.reload_time.si()},
                     {"break_even_s", optional_json(pair.break_even)},
                     {"interval_s", optional_json(pair.interval)}});
  }
  return {{"schema_version", "1.0"},
          {"kind", "break_even"},
          {"design", design},
          {"network", network},
          {"operating_point", found.operating_point},
          {"latency_s", found.latency.si()},
          {"domains", std::move(domains)},
          {"keep_or_reload", std::move(pairs)}};
}

std::string break_even_card(const Json& json) {
  std::string out = card_heading(json.at("network").get<std::string>() + " on " + json.at("design").get<std::string>(),
                                 json.at("operating_point").get<std::string>());
  for (const auto& [name, domain] : json.at("domains").items()) out += domain_text(name, domain);
  if (json.at("keep_or_reload").empty()) return out;
  std::vector<TextColumn> columns =
      headings({"keep weights in", "or reload after", "reload", "takes", "reloading pays from one each"});
  for (const Json& pair : json.at("keep_or_reload")) {
    add_row(columns,
            {pair.at("keeps"), pair.at("forgets"), to_text(Energy::from_si(pair.at("reload_J").get<double>()), 4),
             to_text(Time::from_si(pair.at("reload_s").get<double>()), 4), time_text(pair.at("interval_s"))});
  }
  return out + text_table(std::move(columns), kCardWidth);
}

}  // namespace subvolt::report
