/** What somebody is signed in as. One role at a time, as with a smartcard; what a role may do, each room says. */
export const roles = {
  int_lead: 'INT lead',
  care_coordinator: 'Care coordinator',
  gp: 'GP',
  practice_nurse: 'Practice nurse',
  practice_manager: 'Practice manager',
  pcn_manager: 'PCN manager',
  analyst: 'Analyst',
  commissioner: 'Commissioner',
  ig_lead: 'Information governance lead',
  patient: 'Patient',
  carer: 'Carer',
  operator: 'Operator',
} as const;

export type Role = keyof typeof roles;

export function isRole(text: string): text is Role {
  return Object.hasOwn(roles, text);
}

/** Who acts. Every command and every query takes one, as `by`; there is no acting without somebody. */
export interface Actor {
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  /** The code of the organisation that they act for. */
  readonly organisation: string | null;
  /** What kind of place that organisation is: `practice`, `borough`. Null where the directory does not know it. */
  readonly organisationKind: string | null;
  /** The team that they work in, where they work in one. */
  readonly team: number | null;
  /** What kind of team it is: `int`, `urgent_care`. */
  readonly teamKind: string | null;
}

/** Where an act came from: kept beside it in the audit. */
export interface Origin {
  readonly requestId: string;
  /** An internet address, or the name of a command. */
  readonly from: string;
}
