// What a read command says about itself: the view, the arguments and what the reader claims. Nothing is judged here.
#include <capnp/schema.h>

#include "engine/law/access-record.h"

namespace liggare::law {
namespace {

using schema::ViewName;
using Perspective = schema::ReadAccessLog::Perspective;

ViewName logView(Perspective perspective) {
  switch (perspective) {
    case Perspective::USER: return ViewName::USER_LOG;
    case Perspective::UNIT: return ViewName::UNIT_LOG;
    case Perspective::OWNER: return ViewName::OWNER_LOG;
    default: return ViewName::PATIENT_LOG;
  }
}

std::string logArguments(schema::ReadAccessLog::Reader read) {
  std::string arguments;
  auto add = [&](const char* name, const std::string& value) {
    arguments += (arguments.empty() ? "" : " ") + std::string(name) + "=" + value;
  };
  auto key = [](schema::Ref::Reader ref) { return text(subjectKey(ref.getKey())); };
  if (read.getPerspective() == Perspective::USER) add("staff", key(read.getStaff()));
  if (read.getPerspective() == Perspective::UNIT) add("unit", key(read.getUnit()));
  if (read.getPerspective() == Perspective::OWNER && read.hasOwner()) add("owner", key(read.getOwner()));
  if (read.getFrom() != 0) add("from", formatUtc(read.getFrom()));
  if (read.getTo() != 0) add("to", formatUtc(read.getTo()));
  return arguments;
}

std::string searchArguments(schema::Search::Reader search) {
  static const char* const TERMS[] = {"identifier", "benefit", "offence", "union", "socialServices"};
  auto term = static_cast<size_t>(search.getTerm());
  return std::string("term=") + (term < std::size(TERMS) ? TERMS[term] : "other");  // never: the door knows these
}

std::string statisticsArguments(schema::ReadStatistics::Reader read) {
  auto measures = capnp::Schema::from<schema::StatisticsMeasure>().getEnumerants();
  const auto measure = static_cast<unsigned>(read.getMeasure());
  std::string arguments = "measure=other";  // of a newer schema
  if (measure < measures.size())            // never: the door takes known measures only
    arguments = std::string("measure=") + measures[measure].getProto().getName().cStr();
  if (read.getIndividuals()) arguments += " individuals";
  if (read.getFrom() != 0) arguments += " from=" + formatDay(read.getFrom());
  if (read.getTo() != 0) arguments += " to=" + formatDay(read.getTo());
  return arguments;
}

std::string exportArguments(schema::ExportForIvo::Reader read) {
  std::string arguments;
  auto add = [&](const char* name, const std::string& value) {
    arguments += (arguments.empty() ? "" : " ") + std::string(name) + "=" + value;
  };
  if (read.getDiaryNumber().size() > 0) add("diaryNumber", read.getDiaryNumber().cStr());
  if (read.getFrom() != 0) add("from", formatUtc(read.getFrom()));
  if (read.getTo() != 0) add("to", formatUtc(read.getTo()));
  return arguments;
}

template <typename Read>
Reading said(Read read, ViewName view) {
  Reading reading;
  reading.access = thingId(read.getAccessId());
  reading.claim = read.getClaim();
  reading.view = view;
  return reading;
}

Reading saidOf(schema::Command::Reader command) {
  using Which = schema::Command::Which;
  Reading reading;
  switch (command.which()) {
    case Which::READ_JOURNAL:
      reading = said(command.getReadJournal(), ViewName::JOURNAL);
      reading.asOf = command.getReadJournal().getAsOf();
      return reading;
    case Which::READ_SHARED:
      reading = said(command.getReadShared(), ViewName::SHARED);
      reading.step = command.getReadShared().getStep();
      return reading;
    case Which::READ_ACCESS_LOG:
      reading = said(command.getReadAccessLog(), logView(command.getReadAccessLog().getPerspective()));
      reading.arguments = logArguments(command.getReadAccessLog());
      return reading;
    case Which::SEARCH:
      reading = said(command.getSearch(), ViewName::SEARCH);
      reading.action = schema::Action::SEARCH;
      reading.arguments = searchArguments(command.getSearch());
      return reading;
    case Which::READ_LIST: return said(command.getReadList(), ViewName::LIST);
    case Which::READ_STATISTICS:
      reading = said(command.getReadStatistics(), ViewName::STATISTICS);
      reading.arguments = statisticsArguments(command.getReadStatistics());
      return reading;
    case Which::READ_ACCESS_AS:
      reading = said(command.getReadAccessAs(), ViewName::ACCESS_AS);
      reading.asOf = command.getReadAccessAs().getAsOf();
      reading.arguments = "commission=" + text(subjectKey(command.getReadAccessAs().getCommission().getKey()));
      return reading;
    case Which::EXPORT_FOR_IVO:
      reading = said(command.getExportForIvo(), ViewName::IVO_PACKAGE);
      reading.action = schema::Action::EXPORT;
      reading.arguments = exportArguments(command.getExportForIvo());
      return reading;
    default: {
      auto read = command.getReadEvents();
      reading = said(read, ViewName::EVENTS);
      reading.arguments = "from=" + std::to_string(read.getFrom()) + " count=" + std::to_string(read.getCount());
      return reading;
    }
  }
}

}  // namespace

Reading readingOf(const Context& ctx) {
  Reading reading = saidOf(ctx.command);
  bool ofMany = reading.view == ViewName::USER_LOG || reading.view == ViewName::UNIT_LOG ||
                reading.view == ViewName::OWNER_LOG || reading.view == ViewName::EVENTS ||
                reading.view == ViewName::LIST || reading.view == ViewName::STATISTICS;
  if (!ofMany && ctx.patient && ctx.patient->exists) reading.patient = ctx.patient;
  if (ctx.isOperator()) reading.action = schema::Action::ADMIN;
  return reading;
}

}  // namespace liggare::law
