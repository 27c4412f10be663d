#include "sim/report/views/state_tracks.h"

#include <algorithm>

namespace subvolt::report {
namespace {

// `track`, or as many as it takes for no stay to overlap another: "load", "load_2".
std::vector<StateTrack> lanes(StateTrack track) {
  std::vector<Stay> stays = std::move(track.stays);
  track.stays.clear();
  std::stable_sort(stays.begin(), stays.end(), [](const Stay& a, const Stay& b) { return a.begin < b.begin; });
  std::vector<StateTrack> lanes{track};
  for (const Stay& stay : stays) {
    auto lane = std::find_if(lanes.begin(), lanes.end(),
                             [&](const StateTrack& l) { return l.stays.empty() || l.stays.back().end <= stay.begin; });
    if (lane == lanes.end()) {
      lanes.push_back(track);
      lane = std::prev(lanes.end());
      lane->name += "_" + std::to_string(lanes.size());
    }
    lane->stays.push_back(stay);
  }
  return lanes;
}

void add(TrackGroup& group, StateTrack track) {
  for (StateTrack& lane : lanes(std::move(track))) group.states.push_back(std::move(lane));
}

// Records with spans have a timeline: each job has its tasks.
TrackGroup jobs(const power::ActivityRecord& record) {
  StateTrack jobs{"jobs", "", "none", false, {}, {}};
  for (std::size_t j = 0; j < record.jobs.size(); ++j) {
    const power::JobActivity& job = record.jobs[j];
    jobs.names.push_back(job.stream + " " + std::to_string(job.number));
    if (job.end > job.begin) jobs.stays.push_back({job.begin, job.end, static_cast<std::int32_t>(j)});
  }
  TrackGroup group{"jobs", {}, {}};
  if (!jobs.stays.empty()) add(group, std::move(jobs));
  return group;
}

// By runner, in the order in which they begin.
TrackGroup layers(const power::ActivityRecord& record) {
  std::vector<StateTrack> runners;
  for (std::size_t t = 0; t < record.tasks.size(); ++t) {
    const power::Task& task = record.tasks[t];
    if (task.end <= task.begin) continue;
    const std::string& runner = record.layers[static_cast<std::size_t>(task.layer)].runner;
    const std::string name = runner.empty() ? "somebody" : runner;
    auto track = std::find_if(runners.begin(), runners.end(), [&](const StateTrack& r) { return r.name == name; });
    if (track == runners.end()) {
      runners.push_back({name, "", "none", false, {}, {}});
      for (const power::LayerActivity& layer : record.layers) runners.back().names.push_back(layer.name);
      track = std::prev(runners.end());
    }
    track->stays.push_back({task.begin, task.end, task.layer, static_cast<std::int32_t>(t)});
  }
  TrackGroup group{"layers", {}, {}};
  for (StateTrack& runner : runners) add(group, std::move(runner));
  return group;
}

struct Look {
  power::SpanKind kind;
  const char* group;
  const char* number;
  const char* idle;
  bool transfers;
};
constexpr Look kLooks[] = {
    {power::SpanKind::kPowerDomain, "power states", "", "none", false},
    {power::SpanKind::kEngine, "commands", "command", "idle", false},
    {power::SpanKind::kMemoryBank, "memory banks", "row", "closed", false},
    {power::SpanKind::kPort, "transfers", "bytes", "none", true},
};

}  // namespace

std::vector<TrackGroup> state_tracks(const power::ActivityRecord& record, const power::SpanRecord& spans) {
  std::vector<TrackGroup> groups{jobs(record), layers(record)};
  for (const Look& look : kLooks) {
    TrackGroup group{look.group, {}, {}};
    for (const power::SpanTrack& track : spans.tracks) {
      if (track.kind != look.kind) continue;
      StateTrack states{track.owner, look.number, look.idle, look.transfers, track.names, {}};
      for (const power::Span& span : track.spans) {
        if (span.end > span.begin || look.transfers)
          states.stays.push_back({span.begin, span.end, span.what, span.task, span.number});
      }
      add(group, std::move(states));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace subvolt::report
