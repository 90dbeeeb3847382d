import type { Role } from '../platform/auth/index.ts';
import {
  BOROUGH,
  BOROUGH_TEAM,
  ICB,
  MENTAL_HEALTH_TEAM,
  URGENT_CARE_TEAM,
  VICTORIA_PRACTICE,
} from './borough.ts';
import { VICTORIA_NHS_NUMBER } from './nhs-numbers.ts';

/** Somebody who can sign in to the demonstration. */
export interface StaffLine {
  readonly key: string;
  readonly name: string;
  readonly role: Role;
  readonly organisation: string;
  readonly team?: string;
  /** People that they can coordinate at a time. */
  readonly capacity?: number;
  /** What they are, and how people whose care they lead reach them. */
  readonly profession?: string;
  readonly contact?: string;
  /** Patients and carers: the NHS number of the person whose record the account is for. */
  readonly person?: string;
  /** Carers: what that person lets them see. */
  readonly grants?: readonly string[];
}

/**
 * One person for each role of the demonstration, a second coordinator to hand over to, and somebody of the mental health
 * team and of urgent care. All invented.
 */
export function staff(network: string): readonly StaffLine[] {
  const practice = VICTORIA_PRACTICE;
  return [
    {
      key: 'int_lead',
      name: 'Amara Heronfen',
      role: 'int_lead',
      organisation: BOROUGH.id,
      team: BOROUGH_TEAM.id,
      profession: 'Community matron',
      contact: `${TELEPHONES}1`,
    },
    coordinator('care_coordinator', 'Josie Brambletarn', 30, `${TELEPHONES}2`),
    coordinator('care_coordinator_2', 'Tunde Plovermere', 12, `${TELEPHONES}3`),
    {
      key: 'mental_health_nurse',
      name: 'Rosalind Teaselford',
      role: 'care_coordinator',
      organisation: BOROUGH.id,
      team: MENTAL_HEALTH_TEAM.id,
      profession: 'Community mental health nurse',
      contact: `${TELEPHONES}4`,
    },
    {
      key: 'urgent_care_gp',
      name: 'Dr Ifeoma Sandpiperley',
      role: 'gp',
      organisation: BOROUGH.id,
      team: URGENT_CARE_TEAM.id,
      profession: 'GP in urgent care',
    },
    { key: 'gp', name: 'Dr Priya Kestrelmarsh', role: 'gp', organisation: practice, profession: 'GP' },
    { key: 'practice_nurse', name: 'Bernadette Clovershade', role: 'practice_nurse', organisation: practice },
    { key: 'practice_manager', name: 'Owen Quillspinney', role: 'practice_manager', organisation: practice },
    { key: 'pcn_manager', name: 'Sunita Yarrowbrook', role: 'pcn_manager', organisation: network },
    { key: 'analyst', name: 'Tomasz Lichenwold', role: 'analyst', organisation: ICB.id },
    { key: 'commissioner', name: 'Grace Vetchglade', role: 'commissioner', organisation: ICB.id },
    { key: 'ig_lead', name: 'Delroy Nettlecombe', role: 'ig_lead', organisation: ICB.id },
    {
      key: 'patient',
      name: 'Victoria Larkmoor',
      role: 'patient',
      organisation: practice,
      person: VICTORIA_NHS_NUMBER,
    },
    {
      key: 'carer',
      name: 'Marcus Larkmoor',
      role: 'carer',
      organisation: practice,
      person: VICTORIA_NHS_NUMBER,
      grants: ['team', 'next_step'],
    },
  ];
}

/** Telephone numbers that are kept for drama and ring nowhere (Ofcom), but for the last figure. */
const TELEPHONES = '020 7946 003';

function coordinator(key: string, name: string, capacity: number, contact: string): StaffLine {
  return {
    key,
    name,
    role: 'care_coordinator',
    organisation: BOROUGH.id,
    team: BOROUGH_TEAM.id,
    capacity,
    profession: 'Care coordinator',
    contact,
  };
}
