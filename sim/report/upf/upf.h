// A design's power intent as IEEE 1801-2015 (UPF 3.0), for tools that read RTL with it.
//
// power intent                          UPF
// voltage domain                        supply port, net and set of its name; a supply state per voltage of the points
// power domain                          create_power_domain with the components that it holds, further rails as
// supplies
//                                       of their own handles; states ON, CLK_GATED, RETENTION and OFF as they are
//                                       listed
// states RETENTION, OFF                 a power switch, isolation of what leaves the domain; retention registers
// rails of different voltage            level shifters for what enters a domain from another rail, where any two points
//                                       have different voltages
// operating points                      power state group operating_points
// component                             power model of its name with the power of each state at the design's operating
//                                       point; energies of events and clock edges as comments
//
// Names are those of results; a component's dots, which are its hierarchy, become UPF's slashes. Domains and switches
// are controlled by ports DOMAIN_sleep, DOMAIN_isolate, DOMAIN_save and DOMAIN_clock_enable, which the design is to
// have.
#pragma once

#include <string>
#include <vector>

#include "sim/power/ledger/component_powers.h"
#include "sim/run/design_point.h"

namespace subvolt::report {

// `powers` by component. Throws Error(kConfiguration) for operating points that the technology does not allow.
std::string upf_text(const run::DesignPoint& design, const std::vector<power::ComponentDeclaration>& components,
                     const std::vector<power::ComponentPowers>& powers);

}  // namespace subvolt::report
