import { z } from 'zod';

/** How far a piece of content has been checked. What is unverified is shown as such wherever it is used. */
export const statusSchema = z.enum(['verified', 'unverified', 'draft']);

/** Who stands behind a piece of content, and until when. Habit: clinical content is data with an owner. */
export const provenanceFields = {
  source: z.string().min(1),
  licence: z.string().min(1),
  author: z.string().min(1),
  owner: z.string().min(1),
  checker: z.string().min(1),
  review: z.iso.date(),
  status: statusSchema,
};

/** What the description of a file of others says of itself: it is theirs, so that it has an owner here and no checker. */
export const descriptionFields = {
  id: z.string(),
  version: z.string(),
  title: z.string(),
  source: z.string(),
  licence: z.string(),
  owner: z.string(),
  review: z.iso.date(),
};
