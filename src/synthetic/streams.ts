/** One stream of throws for each idea: what one draws never shifts what another draws (see Dice). */
export const streams = {
  move: 1,
  identity: 2,
  registration: 3,
  health: 4,
  diagnoses: 5,
  lifestyle: 6,
  vaccinations: 7,
  monitoring: 8,
  medicines: 9,
  appointments: 10,
  filling: 11,
  restricted: 12,
  practice: 13,
  screening: 14,
  names: 15,
} as const;
