/**
 * Why a row could not be loaded, in words for the person who has to mend it. `{field}` is the sender's name of the
 * column. Every reason has a remedy: a message that does not say what to do next is half a message.
 */
export const reasons = {
  required: {
    because: '{field} is empty, and a row cannot be used without it.',
    remedy: 'Fill {field} in the source system and send the row again.',
  },
  one_of_required: {
    because: 'None of {field} is filled.',
    remedy: 'Fill one of them and send the row again.',
  },
  not_a_date: {
    because: '{field} is not a day of the calendar.',
    remedy: 'Write it as 2026-11-02 or 02/11/2026 and send the row again.',
  },
  not_a_timestamp: {
    because: '{field} is not a date and time.',
    remedy: 'Write it as 2026-11-02T14:05:00Z and send the row again.',
  },
  not_a_number: {
    because: '{field} is not a number.',
    remedy: 'Write digits with a point, without units or signs such as <, and send the row again.',
  },
  not_a_boolean: {
    because: '{field} is neither true nor false.',
    remedy: 'Write true or false and send the row again.',
  },
  not_a_year: {
    because: '{field} is not a year of four digits.',
    remedy: 'Write it as 1955 and send the row again.',
  },
  not_a_month: { because: '{field} is not a month.', remedy: 'Write it as 1 to 12 and send the row again.' },
  not_a_month_of_a_year: {
    because: '{field} is not a month of a year.',
    remedy: 'Write it as 2026-11 and send the row again.',
  },
  not_an_lsoa: {
    because: '{field} is not the code of a small area (LSOA) of England or Wales.',
    remedy: 'Write it as E01000001 and send the row again.',
  },
  not_an_admission_method: {
    because: '{field} is neither a word nor a code for how somebody was admitted.',
    remedy:
      'Use emergency, elective, maternity or other, or an admission method code of the NHS Data Dictionary, and send the row again.',
  },
  not_icd10: {
    because: '{field} has something that is no ICD-10 code.',
    remedy: 'Write the codes as I50.0;E11.9, the primary one first, and send the row again.',
  },
  not_a_sex: {
    because: '{field} is none of the codes or words for sex that are known.',
    remedy: 'Use male, female, indeterminate or unknown, or the NHS codes 1, 2, 9 and 0.',
  },
  nhs_number_invalid: {
    because: '{field} is not a valid NHS number: it has not ten digits, or its check digit does not fit.',
    remedy:
      'Trace the person on the Personal Demographics Service, correct the number, and send the row again.',
  },
  unknown_patient: {
    because: '{field} names a patient that this practice has not sent.',
    remedy: 'Send the patient row first, or in the same delivery; then send this row again.',
  },
  unknown_person: {
    because: '{field} is of nobody whom a practice has sent.',
    remedy:
      'If the person is on the list of one of your practices, import that practice, and then this delivery again; else nothing needs to be done.',
  },
  unknown_practice: {
    because: 'The row does not say which practice or hospital it is from, and neither does the delivery.',
    remedy: 'Fill {field} with the code of the organisation, or name the publisher in delivery.json.',
  },
  conflicting_version: {
    because: 'Another row has the same id and the same version, and says something else.',
    remedy: 'Ask the supplier which is right, and send it with a later lds_start_date_time.',
  },
  unreadable_row: {
    because:
      'The line is not a row of this table: its columns are too few or too many, or a quote does not close.',
    remedy: 'Compare the line with its neighbours; a line end or a quote inside a text must stand in quotes.',
  },
  not_json: {
    because: 'The line is not a whole JSON object; it may have been cut short.',
    remedy: 'Export the resource again, on one line of its own, and send it again.',
  },
  not_a_resource: {
    because: 'There is no FHIR resource here: {field} is missing.',
    remedy: 'Send the resource itself; answers of a server to a request are not deliveries.',
  },
  not_a_message: {
    because: '{field} is no part of an HL7 message; the message may have been cut short or changed by hand.',
    remedy: 'Send the message again as the system of the hospital wrote it.',
  },
  no_id: {
    because:
      'The resource has no usable id, so that a newer version of it could not be told from another one.',
    remedy: 'Give it an id of letters, digits, points and dashes, the same each time, and send it again.',
  },
  unknown_modifier: {
    because: '{field} changes what this patient’s details mean, in a way that is not known here.',
    remedy: 'Ask the sender what it says, and send the patient without it if that is right.',
  },
  unknown_row: {
    because: 'It deletes something that was never sent here, so that there is nothing to delete.',
    remedy: 'If it should have been here, send it first; else nothing needs to be done.',
  },
  outside_area: {
    because: 'The organisation is outside the area that this directory is for. It was left out on purpose.',
    remedy: 'To keep it, add its ICB to the area in the description of the file in content/formats.',
  },
  not_a_gp_practice: {
    because: 'The organisation prescribes but is no GP practice. It was left out on purpose.',
    remedy: 'Nothing needs to be done.',
  },
  not_in_use: {
    because: 'The organisation is dormant or only proposed. It was left out on purpose.',
    remedy: 'It is taken in from the first file in which it is active.',
  },
  awaits_decision: {
    because: 'It would change the directory, and somebody has to look at the differences first.',
    remedy:
      'An analyst applies them on the page Places, Changes to decide on; or import the file again with --apply.',
  },
  contradicts_history: {
    because: 'It says of a past time what the directory knows otherwise.',
    remedy:
      'Compare the days with the history of the organisation in the directory; one of the two is wrong.',
  },
  ends_before_start: {
    because: '{field} is before the day on which it began.',
    remedy: 'Correct one of the two days and send the row again.',
  },
  not_an_ods_code: {
    because: '{field} is not an ODS code: three to ten letters and digits.',
    remedy: 'Compare the line with the file as it was published and send it again.',
  },
  wrong_encoding: {
    because: 'The line holds bytes that are not UTF-8 text.',
    remedy: 'Export the file as UTF-8 and send it again.',
  },
} as const;

export type Reason = keyof typeof reasons;

/** The sentence and the remedy for one row, with the field named. */
export function explainReason(reason: Reason, field: string | null): { because: string; remedy: string } {
  const named = (text: string) => text.replaceAll('{field}', field ?? 'A field');
  const { because, remedy } = reasons[reason];
  return { because: named(because), remedy: named(remedy) };
}
