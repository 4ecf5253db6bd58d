-- A page that is taken out of the commons for a while keeps its translations, as it keeps what is written in it: they no
-- longer go with the item. Whoever erases the page erases them.
alter table commons_translation drop constraint commons_translation_network_id_item_id_fkey;
alter table commons_translation add foreign key (network_id) references network (id) on delete cascade;
