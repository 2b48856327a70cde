/** Names of an account’s and a group’s fields, as the admin centers call them. */
const words: Readonly<Record<string, string>> = {
  displayName: 'Display name',
  givenName: 'First name',
  surname: 'Last name',
  jobTitle: 'Job title',
  department: 'Department',
  companyName: 'Company name',
  officeLocation: 'Office',
  streetAddress: 'Street address',
  city: 'City',
  state: 'State or province',
  postalCode: 'Postal code',
  country: 'Country or region',
  businessPhones: 'Office phone',
  mobilePhone: 'Mobile phone',
  faxNumber: 'Fax number',
  otherMails: 'Other e-mail addresses',
  preferredLanguage: 'Preferred language',
  employeeId: 'Employee ID',
  employeeType: 'Employee type',
  usageLocation: 'Usage location',
  manager: 'Manager',
  description: 'Description',
  visibility: 'Privacy',
  classification: 'Classification',
  // Whoever has come since the backup stays: only those who are missing are put back.
  members: 'Members who are missing',
  owners: 'Owners who are missing',
};

/** The field's own name where it has no other. */
export const fieldWords = (field: string): string => words[field] ?? field;
