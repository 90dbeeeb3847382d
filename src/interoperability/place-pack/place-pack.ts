import { z } from 'zod';
import type { Role } from '../../platform/auth/index.ts';
import { roles } from '../../platform/auth/index.ts';
import { readContent } from '../../platform/content/index.ts';

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
          /** For patients and carers: the NHS number of the person they are or care for. */
          person: z.string().optional(),
          grants: z.array(z.string()).optional(),
          /** Who they are to the OpenID provider. Without it they are a persona of a demo. */
          oidc: z.strictObject({ issuer: z.url(), subject: z.string().min(1) }).optional(),
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
    const places = new Set(pack.places.map(({ id }) => id));
    const teams = new Set(pack.teams.map(({ id }) => id));
    const need = (known: Set<string>, id: string | undefined, path: (string | number)[], what: string) => {
      if (id !== undefined && !known.has(id))
        context.addIssue({ code: 'custom', path, message: `there is no ${what} ${id} in this file` });
    };
    pack.places.forEach((place, at) => {
      if (pack.places.findIndex(({ id }) => id === place.id) !== at)
        context.addIssue({
          code: 'custom',
          path: ['places', at, 'id'],
          message: `${place.id} stands here twice`,
        });
      need(places, place.within, ['places', at, 'within'], 'place');
      need(places, place.pcn, ['places', at, 'pcn'], 'place');
      need(places, place.federation, ['places', at, 'federation'], 'place');
      need(places, place.site_of, ['places', at, 'site_of'], 'place');
    });
    pack.areas.forEach((area, at) => {
      need(places, area.neighbourhood, ['areas', at, 'neighbourhood'], 'place');
    });
    pack.teams.forEach((team, at) => {
      need(places, team.place, ['teams', at, 'place'], 'place');
    });
    pack.staff.forEach((person, at) => {
      need(teams, person.team, ['staff', at, 'team'], 'team');
    });
    pack.agreements.forEach((agreement, at) => {
      need(places, agreement.practice, ['agreements', at, 'practice'], 'practice');
      need(teams, agreement.team, ['agreements', at, 'team'], 'team');
    });
  });

/** What no national file knows: boroughs and neighbourhoods, teams, who works in them, and what practices agreed. */
export type PlacePack = z.output<typeof placePack>;

/** Reads a place pack. Throws ContentError naming lines when it is wrong in itself. */
export function readPlacePack(file: string): PlacePack {
  return readContent(file, placePack);
}
