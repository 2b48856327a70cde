/** The facts of a person's profile that nothing in the tenant depends on. */
import type { Entity } from '../graph/odata.ts';

export interface Profile {
  businessPhones: string[];
  otherMails: string[];
  mobilePhone: string | null;
  faxNumber: string | null;
  officeLocation: string | null;
  companyName: string | null;
  streetAddress: string | null;
  city: string | null;
  state: string | null;
  postalCode: string | null;
  country: string | null;
  employeeId: string | null;
  employeeType: string | null;
  preferredLanguage: string | null;
}

export const emptyProfile = (): Profile => ({
  businessPhones: [],
  otherMails: [],
  mobilePhone: null,
  faxNumber: null,
  officeLocation: null,
  companyName: null,
  streetAddress: null,
  city: null,
  state: null,
  postalCode: null,
  country: null,
  employeeId: null,
  employeeType: null,
  preferredLanguage: null,
});

/** A copy: an answer must not change with the person. */
export const profileJson = (profile: Profile): Entity => ({
  ...profile,
  businessPhones: [...profile.businessPhones],
  otherMails: [...profile.otherMails],
});
