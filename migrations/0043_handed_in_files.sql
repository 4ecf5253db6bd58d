-- What an organisation hands in within a group is for the people of the group and those who help to run the network, also
-- where the network sees the group itself.

alter table file drop constraint file_visibility_check;
alter table file add constraint file_visibility_check check (visibility in ('public', 'network', 'document', 'group'));

-- As 0030 says of groups that are seen by their members alone. Should the group be erased, those who run the network are left.
alter policy of_group on file using (
  (group_id is null and visibility <> 'group')
  or visibility = 'public'
  or (app_inside() and (
    app_account() is null
    or (visibility <> 'group' and group_id in (
      select id from network_group where network_id = app_network() and network_group.visibility <> 'group'))
    or group_id in (
      select member.group_id from group_member member
      join person on person.network_id = member.network_id and person.id = member.person_id
      join network on network.id = member.network_id
      where member.network_id = app_network() and person.account_id = app_account()
        and (now() at time zone network.time_zone)::date between member.valid_from and coalesce(member.valid_until, 'infinity'))
    or exists (
      select from mandate
      join person on person.network_id = mandate.network_id and person.id = mandate.person_id
      join network on network.id = mandate.network_id
      where mandate.network_id = app_network() and person.account_id = app_account()
        and mandate.role in ('facilitator', 'administrator')
        and (now() at time zone network.time_zone)::date between mandate.valid_from and coalesce(mandate.valid_until, 'infinity'))
  ))
);

-- What was handed in before is closed as well, but for what the group also shows as made by it.
update file set visibility = 'group'
from programme_fulfilment fulfilment
where fulfilment.network_id = file.network_id and fulfilment.file_id = file.id
  and file.group_id is not null and file.visibility = 'network'
  and not exists (
    select from deliverable where deliverable.network_id = file.network_id and deliverable.file_id = file.id);
