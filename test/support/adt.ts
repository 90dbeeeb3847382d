/** What an ADT message of a test says; the rest is as a hospital would fill it. Times as HL7 writes them. */
export interface DrawnAdt {
  /** The trigger event: A01, A03 and so on. */
  readonly event: string;
  readonly nhsNumber?: string;
  readonly visit?: string;
  /** E: emergency department; I: inpatient. */
  readonly patientClass?: string;
  /** When the event was recorded. */
  readonly at?: string;
  readonly start?: string;
  readonly discharge?: string;
  readonly control?: string;
  readonly sender?: string;
  readonly admissionType?: string;
  readonly service?: string;
  /** Segments at the end. */
  readonly more?: readonly string[];
}

let controls = 0;

/** An ADT message of HL7 version 2 in ER7, its segments ending in CR. */
export function adt(drawn: DrawnAdt): string {
  const { event, visit = 'V1', patientClass = 'I', at = '20261101101500', sender = 'ZH900' } = drawn;
  const { start = '202611011000', discharge = '', admissionType = '21', service = '', more = [] } = drawn;
  const control = drawn.control ?? `M${++controls}`;
  const pv1 = Array.from({ length: 46 }, () => '');
  for (const [field, value] of [
    [0, 'PV1'],
    [1, '1'],
    [2, patientClass],
    [4, admissionType],
    [10, service],
    [19, visit],
    [44, start],
    [45, discharge],
  ] as const)
    pv1[field] = value;
  return `${[
    `MSH|^~\\&|PAS|${sender}|NEIGHBOURHOLD||${at}||ADT^${event}^ADT_${event}|${control}|P|2.4`,
    `EVN|${event}|${at}`,
    `PID|1||H77^^^PAS^MR~${drawn.nhsNumber ?? '9990000018'}^^^NHS^NH||Example^Ann||19550304|F`,
    pv1.join('|').replace(/\|+$/, ''),
    ...more,
  ].join('\r')}\r`;
}
