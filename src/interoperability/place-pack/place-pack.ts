import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Role } from '../../platform/auth/index.ts';
import { roles } from '../../platform/auth/index.ts';
import { parseContent } from '../../platform/content/index.ts';

const code = z.string().min(1).max(40);

const placePack = z
  .strictObject({
    layout: z.literal('place-pack'),
    version: z.string(),
    valid_from: z.iso.date(),
    places: z.array(
      z.strictObject({
        id: code,
        kind: z.enum([
          'icb',
          'borough',
          'neighbourhood',
          'pcn',
          'federation',
          'practice',
          'site',
          'pharmacy',
        ]),
        name: z.string().min(1),
        within: code.optional(),
        pcn: code.optional(),
        /** Of a practice: the federation that it has joined. */
        federation: code.optional(),
        /** Of a site: its practice. */
        site_of: code.optional(),
        postcode: z.string().optional(),
        opened: z.iso.date().optional(),
        /** The last day on which it was open. */
        closed: z.iso.date().optional(),
      }),
    ),
    areas: z
      .array(
        z.strictObject({
          lsoa: z.string().min(1),
          imd_decile: z.int().min(1).max(10).nullable(),
          imd_release: z.string().optional(),
          neighbourhood: code.optional(),
        }),
      )
      .default([]),
    teams: z
      .array(z.strictObject({ id: code, name: z.string().min(1), kind: z.string(), place: code }))
      .default([]),
    staff: z
      .array(
        z.strictObject({
          key: z.string().min(1),
          name: z.string().min(1),
          role: z.enum(Object.keys(roles) as [Role]),
          organisation: code.optional(),
          team: code.optional(),
          capacity: z.int().nonnegative().optional(),
          /** What they are: District nurse, Social worker. */
          profession: z.string().min(1).max(80).optional(),
          /** How people whose care they lead reach them. */
          contact: z.string().min(1).max(120).optional(),
          /** For patients and carers: the NHS number of the person they are or care for. */
          person: z.string().optional(),
          grants: z.array(z.string()).optional(),
          /** Who they are to the OpenID provider. Without it they are a persona of a demo. */
          oidc: z.strictObject({ issuer: z.url(), subject: z.string().min(1) }).optional(),
          /** Does not work here any more: their account is closed, and what it might see ends. */
          left: z.literal(true).optional(),
        }),
      )
      .default([]),
    gps: z
      .array(
        z.strictObject({
          id: code,
          name: z.string().min(1),
          practice: code,
          /** The key of their staff entry, where they sign in here. */
          staff: z.string().optional(),
          /** The ids under which appointments in the practice's extract name them. */
          practitioners: z.array(z.string().trim().min(1)).default([]),
          /** The last day on which they worked there. */
          left: z.iso.date().optional(),
        }),
      )
      .default([]),
    agreements: z
      .array(
        z.strictObject({
          practice: code,
          team: code,
          purpose: z.string().min(1),
          assurance: z.string().min(1),
          from: z.iso.date(),
          to: z.iso.date(),
        }),
      )
      .default([]),
  })
  .superRefine((pack, context) => {
    const places = new Map(pack.places.map((place) => [place.id, place]));
    const teams = new Set(pack.teams.map(({ id }) => id));
    const fault = (message: string, ...path: (string | number)[]) =>
      context.addIssue({ code: 'custom', path, message });
    const need = (
      known: { has(id: string): boolean },
      id: string | undefined,
      what: string,
      ...path: (string | number)[]
    ) => {
      if (id !== undefined && !known.has(id)) fault(`there is no ${what} ${id} in this file`, ...path);
    };
    const once = (list: string, key: string, ids: readonly string[]) => {
      for (const [at, id] of ids.entries()) {
        if (ids.indexOf(id) !== at) fault(`${id} stands in this file twice`, list, at, key);
      }
    };
    const needKind = (id: string | undefined, kind: string, ...path: (string | number)[]) => {
      const found = id === undefined ? undefined : places.get(id);
      if (found && found.kind !== kind) fault(`${id} is a ${found.kind} and no ${kind}`, ...path);
    };

    once(
      'places',
      'id',
      pack.places.map(({ id }) => id),
    );
    once(
      'areas',
      'lsoa',
      pack.areas.map(({ lsoa }) => lsoa),
    );
    once(
      'teams',
      'id',
      pack.teams.map(({ id }) => id),
    );
    once(
      'staff',
      'key',
      pack.staff.map(({ key }) => key),
    );
    for (const [at, { id, within, pcn, federation, site_of }] of pack.places.entries()) {
      need(places, within, 'place', 'places', at, 'within');
      need(places, pcn, 'place', 'places', at, 'pcn');
      needKind(pcn, 'pcn', 'places', at, 'pcn');
      need(places, federation, 'place', 'places', at, 'federation');
      needKind(federation, 'federation', 'places', at, 'federation');
      need(places, site_of, 'place', 'places', at, 'site_of');
      needKind(site_of, 'practice', 'places', at, 'site_of');
      if (liesInItself(id, places)) fault(`${id} lies in itself`, 'places', at, 'within');
    }
    for (const [at, { neighbourhood }] of pack.areas.entries()) {
      need(places, neighbourhood, 'place', 'areas', at, 'neighbourhood');
    }
    for (const [at, { place }] of pack.teams.entries()) need(places, place, 'place', 'teams', at, 'place');
    for (const [at, { team }] of pack.staff.entries()) need(teams, team, 'team', 'staff', at, 'team');
    once(
      'gps',
      'id',
      pack.gps.map(({ id }) => id),
    );
    const staff = new Set(pack.staff.map(({ key }) => key));
    /** Whose the appointments are that name a practitioner of a practice. */
    const appointmentsOf = new Map<string, string>();
    for (const [at, gp] of pack.gps.entries()) {
      need(places, gp.practice, 'practice', 'gps', at, 'practice');
      needKind(gp.practice, 'practice', 'gps', at, 'practice');
      need(staff, gp.staff, 'member of staff', 'gps', at, 'staff');
      for (const practitioner of gp.practitioners) {
        const known = `${gp.practice} ${practitioner}`;
        const other = appointmentsOf.get(known);
        if (other === undefined) appointmentsOf.set(known, gp.id);
        else fault(`${practitioner} is ${other} already`, 'gps', at, 'practitioners');
      }
    }
    for (const [at, { practice, team, from, to }] of pack.agreements.entries()) {
      need(places, practice, 'practice', 'agreements', at, 'practice');
      needKind(practice, 'practice', 'agreements', at, 'practice');
      need(teams, team, 'team', 'agreements', at, 'team');
      if (to < from) fault(`it ends before it begins, on ${from}`, 'agreements', at, 'to');
    }
  });

/** Whether the way up from a place, over what each lies within, comes back to it. */
function liesInItself(
  id: string,
  places: ReadonlyMap<string, { readonly within?: string | undefined }>,
): boolean {
  const seen = new Set<string>();
  for (let up = places.get(id)?.within; up !== undefined && !seen.has(up); up = places.get(up)?.within) {
    if (up === id) return true;
    seen.add(up);
  }
  return false;
}

/** What no national file knows: boroughs and neighbourhoods, teams, who works in them, and what practices agreed. */
export type PlacePack = z.output<typeof placePack>;

/** Reads a place pack. Throws ContentError naming lines when it is wrong in itself. */
export function readPlacePack(file: string): PlacePack {
  return parseContent(readFileSync(file, 'utf8'), placePack, basename(file));
}
