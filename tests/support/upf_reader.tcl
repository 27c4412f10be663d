# Reads a UPF file as a tool does: sources it, each command a procedure that checks its words against the syntax of
# IEEE Std 1801-2015, clause 6. Prints a line per command: its name, its positional words and its options with their
# values, each in Tcl's own list form made plain by encoding special characters (%XX).
# Usage: tclsh upf_reader.tcl FILE

# command -> {number of positional words} {option kind ...}; kind: value, once; list, again and again; flag
set syntax {
  upf_version                {1 {}}
  set_design_top             {1 {}}
  create_supply_port         {1 {-domain value -direction value}}
  create_supply_net          {1 {-domain value -reuse flag -resolve value}}
  connect_supply_net         {1 {-ports value -pg_type value -vct value -pins value -cells value -domain value}}
  add_supply_state           {1 {-state list}}
  create_supply_set          {1 {-function list -reference_gnd value -update flag}}
  create_power_domain        {1 {-simulation_only flag -atomic flag -elements value -subdomains value
                                 -exclude_elements value -supply list -available_supplies value -define_func_type list
                                 -boundary_supplies value -update flag}}
  create_power_switch        {1 {-switch_type value -output_supply_port list -input_supply_port list -control_port list
                                 -on_state list -off_state list -supply_set value -on_partial_state list -ack_port list
                                 -ack_delay list -error_state list -domain value -instances value -update flag}}
  create_logic_port          {1 {-direction value}}
  add_power_state            {1 {-supply flag -domain flag -group flag -model flag -instance flag -state list
                                 -update flag -complete flag}}
  create_power_state_group   {1 {}}
  set_isolation              {1 {-domain value -elements value -exclude_elements value -source value -sink value
                                 -diff_supply_only value -use_equivalence value -applies_to value
                                 -applies_to_boundary value -applies_to_clamp value -clamp_value value -no_isolation flag
                                 -force_isolation flag -location value -isolation_supply value -isolation_signal value
                                 -isolation_sense value -name_prefix value -name_suffix value -update flag}}
  set_retention              {1 {-domain value -elements value -exclude_elements value -retention_supply value
                                 -no_retention flag -save_signal value -restore_signal value -save_condition value
                                 -restore_condition value -retention_condition value -use_retention_as_primary flag
                                 -parameters value -instance value -update flag}}
  set_level_shifter          {1 {-domain value -elements value -exclude_elements value -source value -sink value
                                 -use_equivalence value -applies_to value -applies_to_boundary value -rule value
                                 -threshold value -no_shift flag -force_shift flag -location value -input_supply value
                                 -output_supply value -internal_supply value -name_prefix value -name_suffix value
                                 -instance value -update flag}}
  begin_power_model          {1 {-for value}}
  end_power_model            {0 {}}
  apply_power_model          {1 {-elements value -supply_map value -port_map value -parameters value}}
}
# Options of one -state of add_power_state.
set state_syntax {-supply_expr -logic_expr -simstate -power_expr -legal -illegal}
set simstates {NORMAL CORRUPT_ON_ACTIVITY CORRUPT_ON_CHANGE CORRUPT_STATE_ON_CHANGE CORRUPT_STATE_ON_ACTIVITY CORRUPT
               NOT_NORMAL}

proc plain {text} {
  set out ""
  foreach c [split $text ""] {
    append out [expr {[string is alnum -strict $c] || $c in {_ - . / = & | ! ( )} ? $c : [format %%%02X [scan $c %c]]}]
  }
  return $out
}

proc check_state {words} {
  global state_syntax simstates
  for {set i 1} {$i < [llength $words]} {incr i} {
    set option [lindex $words $i]
    if {$option ni $state_syntax} { error "no such option of a state: $option" }
    if {$option in {-legal -illegal}} continue
    incr i
    if {$i >= [llength $words]} { error "$option of a state has no value" }
    if {$option eq "-simstate" && [lindex $words $i] ni $simstates} { error "no such simstate: [lindex $words $i]" }
  }
}

proc take {name positional options words} {
  set given {}
  set found {}
  for {set i 0} {$i < [llength $words]} {incr i} {
    set word [lindex $words $i]
    if {[string index $word 0] ne "-"} { lappend given $word; continue }
    if {![dict exists $options $word]} { error "$name has no option $word" }
    set kind [dict get $options $word]
    if {$kind ne "list" && [lsearch -exact -index 0 $found $word] >= 0} { error "$name: $word is given twice" }
    if {$kind eq "flag"} { lappend found [list $word ""]; continue }
    incr i
    if {$i >= [llength $words]} { error "$name: $word has no value" }
    set value [lindex $words $i]
    llength $value  ;# is a list
    if {$name eq "add_power_state" && $word eq "-state"} { check_state $value }
    lappend found [list $word $value]
  }
  if {[llength $given] != $positional} { error "$name: expected $positional names, got $given" }
  set line $name
  foreach word $given { append line " " [plain $word] }
  puts -nonewline $line
  foreach pair $found {
    puts -nonewline "\t[lindex $pair 0]"
    foreach word [lindex $pair 1] { puts -nonewline " [plain $word]" }
  }
  puts ""
}

dict for {name description} $syntax {
  lassign $description positional options
  proc $name args "take $name $positional {[regsub -all {\s+} $options { }]} \$args"
}
rename unknown ""
proc unknown args { error "no command of UPF: $args" }

if {[catch {source [lindex $argv 0]} message]} {
  puts stderr $message
  exit 1
}
